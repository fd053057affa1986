using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>1 where x is greater than the threshold, else 0, in the type of x.</summary>
sealed class Binarizer(Node node) : Kernel
{
    readonly float _threshold = node.Float("threshold", 0);

    public override void Run(Call call)
    {
        var x = call.Input();
        var room = call.Scratch.Take<double>(2L * x.Count);
        var from = Numbers.Read(x, room[..x.Count], call);
        var to = room[x.Count..];
        for (int i = 0; i < to.Length; i++) to[i] = from[i] > _threshold ? 1 : 0;
        Numbers.Write<double>(to, call.Output, x.Type, x.Sizes, call);
    }
}
