namespace Takt.Graphs.Plans.Operators;

/// <summary>The tensor at a place of a sequence.</summary>
sealed class SequenceAt : Kernel
{
    public override void Run(Call call)
    {
        var items = SequenceItems.Of(call);
        call.Output.CopyFrom(items[SequenceItems.Place(call, 1, items.Count, otherwise: 0)]);
    }
}
