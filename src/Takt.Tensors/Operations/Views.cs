namespace Takt.Tensors;

/// <summary>The same elements seen otherwise, without a copy: other axes, parts, stretched. For every type of elements. Writing to a view writes the tensor.</summary>
/// <remarks>Products read transposed matrices where they lie; for other operations a view whose elements lie apart is copied once (<see cref="Contiguous"/>).</remarks>
public static class Views
{
    extension(Tensor x)
    {
        /// <summary>The same elements, one behind the other: the tensor itself where they lie so, else a copy; dx = dy.</summary>
        public Tensor Contiguous() => x.IsContiguous ? x : Tape.Run<Straightened>(x);

        /// <summary>Axes in another order: y's axis i is x's axis <c>axes[i]</c>; dx = dy in the order back.</summary>
        /// <param name="axes">Every axis once.</param>
        /// <exception cref="ShapeException">An axis is missing or named twice.</exception>
        public Tensor Permute(params ReadOnlySpan<int> axes) => Tape.Run<Permuted, Sizes>(new("Permute", axes), x);

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
            int along = Axis.Of("Slice", x.Shape, axis), size = x.Shape[along], from = range.Start.GetOffset(size), to = range.End.GetOffset(size);
            if (from < 0 || to > size || from > to)
                throw new ShapeException("Slice", $"{range} of axis {axis} of {x.Shape}", $"a part of 0..{size}", "Keep the range inside the axis.");
            return Tape.Run<Part, (int, int, int, int)>((along, from, to, step), x);
        }

        /// <summary>One place of an axis, which goes: [batch, steps, features] at axis 1 → [batch, features].</summary>
        /// <param name="axis">Which axis; −1 is the innermost.</param>
        /// <param name="place">Which place; <c>^1</c> is the last.</param>
        public Tensor Select(int axis, Index place)
        {
            int along = Axis.Of("Select", x.Shape, axis), at = place.GetOffset(x.Shape[along]);
            if ((uint)at >= (uint)x.Shape[along]) throw new ShapeException("Select", $"place {place} of axis {axis} of {x.Shape}", $"one of {x.Shape[along]}", "Stay inside the axis.");
            return x.Slice(along, at..(at + 1)).Reshape(Sizes.Without("Select", x.Shape, along));
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

        /// <summary>Stretched to a larger shape by NumPy's rule; dx sums over what was stretched. All places of a stretched axis are the same element.</summary>
        /// <param name="sizes">The new shape: equal to x's from the innermost on, or larger where x has 1.</param>
        /// <exception cref="ShapeException">x does not stretch to it.</exception>
        public Tensor Expand(params ReadOnlySpan<int> sizes) => Tape.Run<Stretched, Sizes>(new("Expand", sizes), x);
    }

    sealed class Straightened : Record<ValueTuple>, IReadsViews
    {
        public override string Name => "Identity";

        internal override Tensor Prepare() => Room(this[0].Shape, this[0].Type);

        internal override void Forward() => Kernels.StridedMoves.Copy(new Strided(Name, this[0].Shape.Sizes, this[0].Strides, this[0].Start), this[0], Output);

        internal override void Backward(Tensor dy) => Gradients.HandOn(Output, this[0]);

        internal override Tensor Derivative(int input, Tensor dy) => dy;
    }

    sealed class Permuted : StridedView<Sizes>
    {
        public override string Name => "Transpose";

        public override IReadOnlyList<OperationAttribute> Attributes =>
            [new("perm", Array.ConvertAll(Settings.ToArray(), axis => (long)Axis.Of("Permute", this[0].Shape, axis)))];

        private protected override (int[] Sizes, int[] Strides, int Start) See(Shape shape, ReadOnlySpan<int> strides)
        {
            int[] axes = Settings.ToArray(), sizes = new int[axes.Length], steps = new int[axes.Length];
            Axis.Named("Permute", shape, axes);
            if (axes.Length != shape.Rank) throw new ShapeException("Permute", $"{axes.Length} axes for {shape}", $"all {shape.Rank}", "Name every axis once.");
            for (int i = 0; i < axes.Length; i++)
            {
                int axis = Axis.Of("Permute", shape, axes[i]);
                (sizes[i], steps[i]) = (shape[axis], strides[axis]);
            }

            return (sizes, steps, 0);
        }
    }

    sealed class Part : StridedView<(int Axis, int From, int To, int Step)>
    {
        int First => Settings.Step > 0 ? Settings.From : Settings.To - 1;

        /// <summary>Counted from the end below 0, as ONNX does: the way to say "before the first" is as far as that goes.</summary>
        long End => Settings.Step > 0 ? Settings.To : Settings.From == 0 ? long.MinValue : Settings.From - 1;

        public override string Name => "Slice";

        public override IReadOnlyList<OperationAttribute> Attributes =>
            [new("starts", new long[] { First }), new("ends", new[] { End }), new("axes", new long[] { Settings.Axis }), new("steps", new long[] { Settings.Step })];

        private protected override (int[] Sizes, int[] Strides, int Start) See(Shape shape, ReadOnlySpan<int> strides)
        {
            var (axis, from, to, step) = Settings;
            int[] sizes = shape.ToArray(), steps = strides.ToArray();
            int every = Math.Abs(step);
            sizes[axis] = (to - from + every - 1) / every;
            steps[axis] *= step;
            return (sizes, steps, First * strides[axis]);
        }
    }

    sealed class Stretched : StridedView<Sizes>
    {
        public override string Name => "Expand";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("shape", Settings.ToLongs())];

        private protected override (int[] Sizes, int[] Strides, int Start) See(Shape shape, ReadOnlySpan<int> strides)
        {
            int[] sizes = Settings.ToArray(), steps = new int[sizes.Length];
            int missing = sizes.Length - shape.Rank;
            for (int i = missing; i < sizes.Length; i++)
            {
                int size = i < 0 ? -1 : shape[i - missing];
                if (i < 0 || (size != sizes[i] && size != 1))
                    throw new ShapeException("Expand", $"{shape} to [{string.Join(", ", sizes)}]", "equal sizes, or 1 where it stretches", "Reshape it first.");
                steps[i] = size == 1 ? 0 : strides[i - missing];
            }

            return (sizes, steps, 0);
        }
    }
}
