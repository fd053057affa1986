using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>The same elements in another shape.</summary>
static class ShapeOperators
{
    public static Tensor Reshape(TapeCall call)
    {
        long[] asked = call.Numbers(1, "shape")!;
        bool keepsZero = call.Int("allowzero", 0) != 0;
        return call.X.Reshape([.. asked.Select((size, i) => size == 0 && !keepsZero ? call.X.Shape[i] : (int)size)]);
    }

    public static Tensor Flatten(TapeCall call)
    {
        long axis = call.Int("axis", 1);
        int at = (int)(axis < 0 ? axis + call.X.Shape.Rank : axis), rows = call.X.Shape.Sizes[..at].ToArray().Aggregate(1, (n, size) => n * size);
        return call.X.Reshape(rows, rows == 0 ? 0 : call.X.Length / rows);
    }

    public static Tensor Squeeze(TapeCall call)
    {
        var shape = call.X.Shape;
        int[]? axes = call.Numbers(1, "axes") is { } named ? call.Axes(named, shape.Rank) : null;
        return call.X.Reshape([.. shape.Where((size, axis) => axes is null ? size != 1 : !axes.Contains(axis))]);
    }

    public static Tensor Unsqueeze(TapeCall call)
    {
        long[] named = call.Numbers(1, "axes")!;
        int[] axes = call.Axes(named, call.X.Shape.Rank + named.Length);
        var sizes = new Queue<int>(call.X.Shape);
        return call.X.Reshape([.. Enumerable.Range(0, call.X.Shape.Rank + axes.Length).Select(axis => axes.Contains(axis) ? 1 : sizes.Dequeue())]);
    }

    /// <summary>Stretching goes both ways: a 1 that is asked for keeps what is there.</summary>
    public static Tensor Expand(TapeCall call)
    {
        long[] asked = call.Numbers(1, "shape")!;
        var shape = call.X.Shape;
        int rank = Math.Max(shape.Rank, asked.Length);
        int[] sizes = new int[rank];
        for (int back = 1; back <= rank; back++)
        {
            int own = back <= shape.Rank ? shape[^back] : 1, wished = back <= asked.Length ? (int)asked[^back] : 1;
            sizes[^back] = wished == 1 ? own : wished;
        }

        return call.X.Expand(sizes);
    }
}
