namespace Takt.Graphs.Plans.Operators;

/// <summary>One function applied to every element.</summary>
sealed class Unary(Function function) : Kernel
{
    public override bool WorksInPlace => true;

    public override void Run(Call call) => function.Apply(call.Input().Read<float>(), call.Output.Write<float>(call.Input().Sizes));
}
