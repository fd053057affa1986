namespace Takt.Graphs.Plans.Operators;

/// <summary>The number of elements.</summary>
sealed class SizeOf : Kernel
{
    public override void Run(Call call) => call.Output.Write<long>([])[0] = call.Input().Count;
}
