namespace Takt.Graphs.Plans.Operators;

/// <summary>The sequence with one more tensor, before a place or at the end.</summary>
sealed class SequenceInsert : Kernel
{
    public override void Run(Call call)
    {
        var items = SequenceItems.Of(call);
        var added = call.Input(1).Clone();
        int place = SequenceItems.Place(call, 2, items.Count + 1, otherwise: items.Count);
        if (items.Count > 0 && items[0].Type != added.Type) throw call.Wrong($"{added} for a sequence of {items[0].Type}", "the type of the others");
        call.Output.WriteItems(added.Type, [.. items.Take(place), added, .. items.Skip(place)]);
    }
}
