namespace Takt.Graphs.Plans.Operators;

/// <summary>The same value under another name.</summary>
sealed class Identity : Kernel
{
    public override bool IsView => true;

    public override void Run(Call call) => call.Output.View(call.Input(), call.Input().Sizes);
}
