using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The simple recurrent layer.</summary>
sealed class Rnn(Node node) : Kernel
{
    readonly RecurrentForm _form = new(node, gates: 1, "Tanh");

    public override void Run(Call call)
    {
        if (call.Input().Type == ElementType.Float64) PlainRecurrence.Run<double, RnnCell>(call, _form, default);
        else PlainRecurrence.Run<float, RnnCell>(call, _form, default);
    }
}
