using System.Buffers;
using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>The same numbers in other shapes and beside others.</summary>
public static class Layout
{
    extension(Tensor x)
    {
        /// <summary>The same numbers in the same order in another shape; dx = dy reshaped back. No copy, unless the elements of a view lie so that the new axes cannot be walked.</summary>
        /// <param name="sizes">New sizes; one may be −1 and is computed from the others.</param>
        /// <exception cref="ShapeException">The sizes multiply to another length.</exception>
        public Tensor Reshape(params ReadOnlySpan<int> sizes) => x.Reshape(new Sizes("Reshape", sizes));

        internal Tensor Reshape(Sizes sizes)
        {
            if (!x.IsContiguous)
            {
                Span<int> strides = stackalloc int[sizes.Rank];
                if (!Strided.Reshape(x.Shape.Sizes, x.Strides, Infer(x.Shape, sizes), strides)) x = x.Contiguous();
            }

            return Tape.Run<Reshaped, Sizes>(sizes, x);
        }

        /// <summary>The last step of each sequence: y[b, f] = x[b, t − 1, f]; the gradient of the other steps is 0.</summary>
        /// <returns>Shape [batch, features] for x of shape [batch, steps, features].</returns>
        public Tensor LastStep() => Tape.Run<LastSteps>(x);

        /// <summary>This tensor and others, side by side along one axis; each gets its part of the gradient.</summary>
        /// <param name="axis">Which axis; −1 is the innermost.</param>
        /// <param name="others">Equal in all other sizes.</param>
        public Tensor Concat(int axis, params ReadOnlySpan<Tensor> others)
        {
            int along = Axis.Of("Concat", x.Shape, axis), count = others.Length + 1;
            var all = ArrayPool<Tensor>.Shared.Rent(count);
            all[0] = x;
            others.CopyTo(all.AsSpan(1));
            var y = Tape.Run<Joined, int>(along, all.AsSpan(0, count));
            ArrayPool<Tensor>.Shared.Return(all, clearArray: true);
            return y;
        }
    }

    sealed class Reshaped : Record<Sizes>, IReadsViews
    {
        public override string Name => "Reshape";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("shape", Settings.ToLongs())];

        internal override Tensor Prepare()
        {
            var shape = Infer(this[0].Shape, Settings).ToShape();
            if (this[0].IsContiguous) return this[0].View(shape);
            int[] strides = new int[shape.Rank];
            Strided.Reshape(this[0].Shape.Sizes, this[0].Strides, Infer(this[0].Shape, Settings), strides);
            return this[0].View(shape, strides, this[0].Start);
        }

        internal override void Forward() { }   // a view

        internal override void Backward(Tensor dy) => Gradients.HandOn(Output, this[0]);

        internal override Tensor Derivative(int input, Tensor dy) => dy.Reshape(this[0].Shape.Sizes);
    }

    sealed class LastSteps : Record<ValueTuple>
    {
        public override string Name => "Gather";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", 1L), new("indices", -1L)];

        internal override Tensor Prepare() => this[0].Shape is { Rank: 3 } shape && shape[1] > 0 ? Room([shape[0], shape[2]])
            : throw new ShapeException("LastStep", $"x {this[0].Shape}", "[batch, steps, features] with at least one step", "Call it on the output of a recurrent layer.");

        internal override void Forward()
        {
            Span<float> x = this[0].Values, y = Output.Values;
            int features = Output.Shape[1], window = this[0].Shape[1] * features;
            for (int b = 0; b < Output.Shape[0]; b++) x.Slice(((b + 1) * window) - features, features).CopyTo(y[(b * features)..]);
        }

        internal override void Backward(Tensor dy)
        {
            Span<float> dx = Gradients.Begin(this[0]), gradient = dy.Values;
            int features = Output.Shape[1], window = this[0].Shape[1] * features;
            for (int b = 0; b < Output.Shape[0]; b++) Updates.AddScaled(1, gradient.Slice(b * features, features), dx[(((b + 1) * window) - features)..]);
        }
    }

    sealed class Joined : Record<int>
    {
        int _outer, _row;

        public override string Name => "Concat";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", (long)Settings)];

        internal override Tensor Prepare()
        {
            int along = Settings, rank = this[0].Shape.Rank;
            int[] sizes = this[0].Shape.ToArray();
            for (int input = 1; input < InputCount; input++)
            {
                var part = this[input];
                for (int i = 0; i < Math.Max(rank, part.Shape.Rank); i++)
                    if (part.Shape.Rank != rank || (i != along && part.Shape[i] != sizes[i]))
                        throw new ShapeException("Concat", $"{part.Shape} beside {this[0].Shape} along axis {along}", "equal sizes on all other axes", "Reshape, or check the layer that made it.");
                sizes[along] += part.Shape[along];
            }

            var y = Room(sizes);
            _outer = Axis.Around(y.Shape, along).Outer;
            _row = _outer == 0 ? 0 : y.Length / _outer;
            return y;
        }

        internal override void Forward()
        {
            var y = Output.Values;
            for (int input = 0, start = 0; input < InputCount; input++)
            {
                var part = this[input].Values;
                int width = _outer == 0 ? 0 : part.Length / _outer;
                for (int i = 0; i < _outer; i++) part.Slice(i * width, width).CopyTo(y[((i * _row) + start)..]);
                start += width;
            }
        }

        internal override void Backward(Tensor dy)
        {
            var gradient = dy.Values;
            for (int input = 0, start = 0; input < InputCount; input++)
            {
                int width = _outer == 0 ? 0 : this[input].Length / _outer;
                if (this[input].RequiresGradient)
                {
                    var dx = Gradients.Begin(this[input]);
                    for (int i = 0; i < _outer; i++) Updates.AddScaled(1, gradient.Slice((i * _row) + start, width), dx[(i * width)..]);
                }

                start += width;
            }
        }

        internal override Tensor Derivative(int input, Tensor dy)
        {
            int start = 0;
            for (int before = 0; before < input; before++) start += this[before].Shape[Settings];
            return dy.Slice(Settings, start..(start + this[input].Shape[Settings]));
        }
    }

    /// <summary>The sizes with the one that is left open.</summary>
    static Sizes Infer(Shape from, Sizes sizes)
    {
        int known = 1, open = -1;
        for (int i = 0; i < sizes.Rank; i++)
            if (sizes[i] == -1 && open < 0) open = i;
            else known *= sizes[i];
        var all = sizes;
        if (open >= 0 && known > 0) all[open] = from.Length / known;
        if (known < 0 || (open < 0 ? known != from.Length : known == 0 || known * all[open] != from.Length))
            throw new ShapeException("Reshape", $"{from} to [{string.Join(", ", sizes.ToArray())}]", $"sizes that multiply to {from.Length}, one of them may be -1", "Check the sizes.");
        return all;
    }
}
