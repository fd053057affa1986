using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The middle of a tensor in another size: cut where it is larger, filled with zeros where it is smaller; the odd one falls behind.</summary>
sealed class CenterCropPad(Node node) : MovingKernel
{
    readonly long[]? _axes = node.Short("axes");

    protected override void Run<T>(Call call)
    {
        var (x, shape) = (call.Input(0), call.Input(1));
        int named = _axes?.Length ?? x.Rank;
        if (shape.Count != named) throw call.Wrong($"{shape.Count} sizes", $"{named}");
        Span<int> sizes = stackalloc int[x.Rank];
        x.Sizes.CopyTo(sizes);
        for (int i = 0; i < named; i++)
            sizes[_axes is null ? i : call.Axis(_axes[i], x.Rank)] = WholeNumbers.At(shape, i, call) is >= 0 and <= int.MaxValue and var size ? (int)size : throw call.Wrong($"size {WholeNumbers.At(shape, i, call)}", "0 or more");
        Move<T>(x, call.Output, sizes);
    }

    static void Move<T>(Value x, Value y, ReadOnlySpan<int> sizes)
    {
        int rank = sizes.Length;
        Span<int> common = stackalloc int[rank], position = stackalloc int[rank];
        int from = 0, to = 0;
        for (int axis = 0; axis < rank; axis++)
        {
            common[axis] = Math.Min(x.Sizes[axis], sizes[axis]);
            from = (from * x.Sizes[axis]) + Math.Max(0, (x.Sizes[axis] - sizes[axis]) / 2);
            to = (to * sizes[axis]) + Math.Max(0, (sizes[axis] - x.Sizes[axis]) / 2);
        }

        var source = x.ReadAs<T>();
        var target = y.WriteAs<T>(x.Type, sizes);
        target.Fill(typeof(T) == typeof(string) ? (T)(object)"" : default!);
        if (common.Contains(0)) return;
        int width = rank == 0 ? 1 : common[^1], rows = 1;
        if (rank > 0)
            foreach (int size in common[..^1]) rows *= size;
        position.Clear();
        for (int row = 0; row < rows; row++)
        {
            int at = 0, place = 0;
            for (int axis = 0; axis < rank; axis++) (at, place) = ((at * x.Sizes[axis]) + position[axis], (place * sizes[axis]) + position[axis]);
            source.Slice(from + at, width).CopyTo(target[(to + place)..]);
            if (rank > 1) Broadcast.Advance(position[..^1], common[..^1]);
        }
    }
}
