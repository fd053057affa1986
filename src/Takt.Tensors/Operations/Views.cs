using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Parts and permutations. What lies in one piece is a view of the same memory; everything else is copied once. For every type of elements.</summary>
public static class Views
{
    extension(Tensor x)
    {
        /// <summary>Axes in another order: y's axis i is x's axis <c>axes[i]</c>; dx = dy in the order back.</summary>
        /// <param name="axes">Every axis once.</param>
        /// <exception cref="ShapeException">An axis is missing or named twice.</exception>
        public Tensor Permute(params ReadOnlySpan<int> axes)
        {
            var shape = x.Shape;
            Axis.Named("Permute", shape, axes);
            if (axes.Length != shape.Rank) throw new ShapeException("Permute", $"{axes.Length} axes for {shape}", $"all {shape.Rank}", "Name every axis once.");
            int[] from = Strided.Of(shape), sizes = new int[axes.Length], strides = new int[axes.Length];
            long[] order = new long[axes.Length];
            for (int i = 0; i < axes.Length; i++)
            {
                int axis = Axis.Of("Permute", shape, axes[i]);
                (sizes[i], strides[i], order[i]) = (shape[axis], from[axis], axis);
            }

            return Take("Transpose", x, sizes, strides, 0, new OperationAttribute("perm", order));
        }

        /// <summary>The two innermost axes exchanged.</summary>
        /// <exception cref="ShapeException">There are fewer than two.</exception>
        public Tensor Transpose()
        {
            int rank = x.Shape.Rank;
            if (rank < 2) throw new ShapeException("Transpose", $"{x.Shape}", "at least two axes", "Reshape it to a matrix first.");
            Span<int> axes = stackalloc int[rank];
            for (int i = 0; i < rank; i++) axes[i] = i;
            (axes[^1], axes[^2]) = (axes[^2], axes[^1]);
            return x.Permute(axes);
        }

        /// <summary>A part of one axis, as ranges of arrays: <c>Slice(1, 2..5)</c>, <c>Slice(-1, ^3..)</c>; the gradient of the rest is 0.</summary>
        /// <param name="axis">Which axis; −1 is the innermost.</param>
        /// <param name="range">From where up to where.</param>
        /// <param name="step">Distance from one place taken to the next; below 0 walks backward from the end of the range.</param>
        /// <exception cref="ShapeException">The range reaches beyond the axis.</exception>
        public Tensor Slice(int axis, Range range, int step = 1)
        {
            ArgumentOutOfRangeException.ThrowIfZero(step);
            int along = Axis.Of("Slice", x.Shape, axis), size = x.Shape[along];
            int from = range.Start.GetOffset(size), to = range.End.GetOffset(size);
            if (from < 0 || to > size || from > to)
                throw new ShapeException("Slice", $"{range} of axis {axis} of {x.Shape}", $"a part of 0..{size}", "Keep the range inside the axis.");
            int every = Math.Abs(step), count = (to - from + every - 1) / every, first = step > 0 ? from : to - 1;
            int[] strides = Strided.Of(x.Shape);
            int start = count == 0 ? 0 : first * strides[along];
            strides[along] *= step;
            long end = step > 0 ? to : from == 0 ? long.MinValue : from - 1;   // ONNX counts from the end below 0: the way to say "before the first" is as far as it goes
            return Take("Slice", x, Axis.Resize(x.Shape, along, count).ToArray(), strides, start,
                new("starts", new long[] { first }), new("ends", new[] { end }), new("axes", new long[] { along }), new("steps", new long[] { step }));
        }

        /// <summary>One place of an axis, which goes: [batch, steps, features] at axis 1 → [batch, features].</summary>
        /// <param name="axis">Which axis; −1 is the innermost.</param>
        /// <param name="place">Which place; <c>^1</c> is the last.</param>
        public Tensor Select(int axis, Index place)
        {
            int along = Axis.Of("Select", x.Shape, axis), at = place.GetOffset(x.Shape[along]);
            if ((uint)at >= (uint)x.Shape[along]) throw new ShapeException("Select", $"place {place} of axis {axis} of {x.Shape}", $"one of {x.Shape[along]}", "Stay inside the axis.");
            return x.Slice(along, at..(at + 1)).Reshape([.. x.Shape.Sizes[..along], .. x.Shape.Sizes[(along + 1)..]]);
        }

        /// <summary>Cuts an axis into parts of these sizes, in order; each hands back its part of the gradient.</summary>
        /// <param name="axis">Which axis; −1 is the innermost.</param>
        /// <param name="sizes">Sizes that add up to the axis.</param>
        /// <exception cref="ShapeException">They do not add up.</exception>
        public Tensor[] Split(int axis, params ReadOnlySpan<int> sizes)
        {
            int along = Axis.Of("Split", x.Shape, axis), total = 0;
            foreach (int size in sizes) total += size;
            if (total != x.Shape[along])
                throw new ShapeException("Split", $"axis {axis} of {x.Shape} into [{string.Join(", ", sizes.ToArray())}]", $"sizes that add up to {x.Shape[along]}", "Check the sizes.");
            var parts = new Tensor[sizes.Length];
            for (int i = 0, at = 0; i < parts.Length; at += sizes[i++]) parts[i] = x.Slice(along, at..(at + sizes[i]));
            return parts;
        }

        /// <summary>An axis backward.</summary>
        /// <param name="axis">Which axis; −1 is the innermost.</param>
        public Tensor Flip(int axis) => x.Slice(axis, .., -1);

        /// <summary>Stretched to a larger shape by NumPy's rule; dx sums over what was stretched.</summary>
        /// <param name="sizes">The new shape: equal to x's from the innermost on, or larger where x has 1.</param>
        /// <exception cref="ShapeException">x does not stretch to it.</exception>
        public Tensor Expand(params ReadOnlySpan<int> sizes)
        {
            var shape = Shape.Of(sizes);
            int[] from = Strided.Of(x.Shape), strides = new int[sizes.Length];
            int missing = sizes.Length - x.Shape.Rank;
            for (int i = missing; i < sizes.Length; i++)
            {
                int size = i < 0 ? -1 : x.Shape[i - missing];
                if (i < 0 || (size != sizes[i] && size != 1))
                    throw new ShapeException("Expand", $"{x.Shape} to {shape}", "equal sizes, or 1 where it stretches", "Reshape it first.");
                strides[i] = size == 1 ? 0 : from[i - missing];
            }

            long[] asked = new long[sizes.Length];
            for (int i = 0; i < asked.Length; i++) asked[i] = sizes[i];
            return Take("Expand", x, sizes, strides, 0, new OperationAttribute("shape", asked));
        }
    }

    static Tensor Take(string name, Tensor x, ReadOnlySpan<int> sizes, ReadOnlySpan<int> strides, int start, params OperationAttribute[] attributes)
    {
        var order = new Strided(name, sizes, strides, start);
        Tensor y;
        if (order.IsStraight) y = x.View(Shape.Of(sizes), order.RowCount == 0 ? 0 : start);
        else StridedMoves.Copy(order, x, y = Tape.Allocate(Shape.Of(sizes), x.Type));
        return Tape.Record(name, [x], y, dy => StridedMoves.Add(order, dy.Values, Gradients.Begin(x)), attributes);
    }
}
