namespace Takt.Tensors;

/// <summary>Axes as callers name them: from 0 outermost, or from −1 innermost.</summary>
static class Axis
{
    /// <summary>The axis counted from the outermost.</summary>
    /// <exception cref="ShapeException">There is no such axis.</exception>
    public static int Of(string operation, Shape shape, int axis)
    {
        int at = axis < 0 ? axis + shape.Rank : axis;
        return (uint)at < (uint)shape.Rank ? at
            : throw new ShapeException(operation, $"axis {axis} of {shape}", shape.Rank == 0 ? "a tensor with axes" : $"an axis from {-shape.Rank} to {shape.Rank - 1}", "Give an axis that is there.");
    }

    /// <summary>Which axes are named: each once.</summary>
    /// <exception cref="ShapeException">There is no such axis, or one is named twice.</exception>
    public static bool[] Named(string operation, Shape shape, ReadOnlySpan<int> axes)
    {
        bool[] named = new bool[shape.Rank];
        foreach (int axis in axes)
        {
            ref bool here = ref named[Of(operation, shape, axis)];
            if (here) throw new ShapeException(operation, $"axis {axis} of {shape} twice", "each axis once", "Name it once.");
            here = true;
        }

        return named;
    }

    /// <summary>The product of the sizes before an axis, and of those behind it.</summary>
    public static (int Outer, int Inner) Around(Shape shape, int axis)
    {
        int outer = 1, inner = 1;
        for (int i = 0; i < axis; i++) outer *= shape[i];
        for (int i = axis + 1; i < shape.Rank; i++) inner *= shape[i];
        return (outer, inner);
    }

    /// <summary>A shape with one size replaced.</summary>
    public static Shape Resize(Shape shape, int axis, int size)
    {
        int[] sizes = shape.ToArray();
        sizes[axis] = size;
        return sizes;
    }
}
