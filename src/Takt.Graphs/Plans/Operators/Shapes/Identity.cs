namespace Takt.Graphs.Plans.Operators;

/// <summary>The same value.</summary>
sealed class Identity : Kernel
{
    public override bool IsView => true;

    public override void Run(Call call) => call.Output.View(call.Input());
}
