using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Takes the slices that the indices name along an axis. Negative indices count from the end; a scalar index drops the axis.</summary>
sealed class Gather(Node node) : MovingKernel
{
    readonly long _axis = node.Int("axis", 0);

    protected override void Run<T>(Call call)
    {
        var (data, indices) = (call.Input(0), call.Input(1));
        if (data.Rank == 0) throw call.Wrong("a scalar to gather from", "at least one axis");
        int axis = call.Axis(_axis, data.Rank);

        Span<int> sizes = stackalloc int[data.Rank - 1 + indices.Rank];
        data.Sizes[..axis].CopyTo(sizes);
        indices.Sizes.CopyTo(sizes[axis..]);
        data.Sizes[(axis + 1)..].CopyTo(sizes[(axis + indices.Rank)..]);

        int size = data.Sizes[axis], inner = 1;
        foreach (int beyond in data.Sizes[(axis + 1)..]) inner *= beyond;
        var from = data.ReadAs<T>();
        var to = call.Output.WriteAs<T>(data.Type, sizes);
        if (to.IsEmpty) return;
        for (int outer = 0, written = 0; written < to.Length; outer++)
            for (int i = 0; i < indices.Count; i++, written += inner)
            {
                long index = WholeNumbers.At(indices, i, call);
                if (index < -size || index >= size) throw call.Wrong($"index {index}", $"{-size} to {size - 1}");
                if (index < 0) index += size;
                from.Slice(((outer * size) + (int)index) * inner, inner).CopyTo(to[written..]);
            }
    }
}
