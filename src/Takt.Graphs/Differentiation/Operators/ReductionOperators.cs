using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Reductions over axes, which are an attribute in older operator sets and an input in newer ones; none at all means every axis.</summary>
static class ReductionOperators
{
    public static Tensor Run(TapeCall call, Func<Tensor, int[], bool, Tensor> reduce)
    {
        var x = call.X;
        long[] axes = call.Numbers(1, "axes") ?? [];
        if (axes.Length == 0 && call.Int("noop_with_empty_axes", 0) != 0) return x;
        return reduce(x, axes.Length == 0 ? [.. Enumerable.Range(0, x.Shape.Rank)] : call.Axes(axes, x.Shape.Rank), call.Int("keepdims", 1) != 0);
    }

    /// <summary>The largest or smallest, axis by axis.</summary>
    public static Tensor Extreme(Tensor x, int[] axes, bool keep, bool largest)
    {
        foreach (int axis in axes) x = largest ? x.Max(axis, keep: true) : x.Min(axis, keep: true);
        return keep ? x : x.Reshape(Without(x.Shape, axes));
    }

    /// <summary>ln Σ eˣ, the largest taken out before so that nothing overflows.</summary>
    public static Tensor LogSumExp(Tensor x, int[] axes, bool keep)
    {
        var largest = Extreme(x, axes, keep: true, largest: true).Detach();
        var sum = (x - largest).Exp().Sum(axes, keep: true).Log() + largest;
        return keep ? sum : sum.Reshape(Without(sum.Shape, axes));
    }

    static int[] Without(Shape shape, int[] axes) => [.. shape.Where((_, axis) => !axes.Contains(axis))];
}
