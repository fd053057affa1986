using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The data with each update written at its own place, but along one axis where the index says.</summary>
sealed class ScatterElements(Node node) : ScatterKernel(node)
{
    readonly long _axis = node.Int("axis", 0);

    protected override void Scatter<T, TWrite>(Call call, ReadOnlySpan<T> updates, Span<T> y, TWrite write)
    {
        var (data, indices) = (call.Input(0), call.Input(1));
        int axis = call.Axis(_axis, data.Rank);
        ElementPlaces.Check(call, data, indices, axis);
        if (!indices.Sizes.SequenceEqual(call.Input(2).Sizes)) throw call.Wrong($"updates of sizes {Value.Text(call.Input(2).Sizes)}", $"{Value.Text(indices.Sizes)}, as the indices have");
        Span<int> position = stackalloc int[data.Rank];
        position.Clear();
        for (int i = 0; i < updates.Length; i++, Broadcast.Advance(position, indices.Sizes))
        {
            ref var there = ref y[ElementPlaces.Of(call, data, indices, axis, i, position)];
            there = write.Of(there, updates[i]);
        }
    }
}
