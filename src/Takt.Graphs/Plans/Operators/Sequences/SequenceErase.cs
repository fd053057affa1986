namespace Takt.Graphs.Plans.Operators;

/// <summary>The sequence without the tensor at a place, or without the last.</summary>
sealed class SequenceErase : Kernel
{
    public override void Run(Call call)
    {
        var items = SequenceItems.Of(call);
        if (items.Count == 0) throw call.Wrong("an empty sequence", "a tensor to take out");
        int place = SequenceItems.Place(call, 1, items.Count, otherwise: items.Count - 1);
        call.Output.WriteItems(call.Input().Type, [.. items.Where((_, i) => i != place)]);
    }
}
