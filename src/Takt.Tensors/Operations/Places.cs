using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Elements of an axis by their places, one for each index.</summary>
public static class Places
{
    extension(Tensor x)
    {
        /// <summary>Elements of an axis by their places, one for each index: y[…, i, …] = x[…, indices[…, i, …], …]; dx adds each dy where it came from.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="indices">Int64, equal to x in all other sizes; below 0 counts from the end.</param>
        /// <exception cref="ShapeException">The shapes do not fit, or an index is beyond the axis.</exception>
        public Tensor GatherElements(int axis, Tensor indices) => Tape.Run<Gathered, int>(Axis.Of("GatherElements", x.Shape, axis), x, indices);

        /// <summary>x with numbers put at places of an axis, one after the other: y[…, indices[…, i, …], …] = updates[…, i, …]; where several fall on one place the last stays, and it alone gets the gradient.</summary>
        /// <param name="axis">Which; −1 is the innermost.</param>
        /// <param name="indices">Int64, equal to x in all other sizes; below 0 counts from the end.</param>
        /// <param name="updates">As many numbers, same shape as the indices.</param>
        /// <exception cref="ShapeException">The shapes do not fit, or an index is beyond the axis.</exception>
        public Tensor Scatter(int axis, Tensor indices, Tensor updates) => Tape.Run<Scattered, (int, bool)>((Axis.Of("Scatter", x.Shape, axis), false), x, indices, updates);

        /// <summary>x with numbers added at places of an axis, one after the other: y[…, indices[…, i, …], …] += updates[…, i, …]; dx = dy, dupdates = dy at the places.</summary>
        /// <inheritdoc cref="Scatter"/>
        public Tensor ScatterAdd(int axis, Tensor indices, Tensor updates) => Tape.Run<Scattered, (int, bool)>((Axis.Of("ScatterAdd", x.Shape, axis), true), x, indices, updates);
    }

    sealed class Gathered : Record<int>
    {
        Along _along;

        public override string Name => "GatherElements";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", (long)Settings)];

        internal override Tensor Prepare()
        {
            _along = new(Name, this[0], Settings, this[1]);
            return Room(this[1].Shape);
        }

        internal override void Forward()
        {
            ReadOnlySpan<long> indices = _along.Check(Name, this[0], this[1]);
            Span<float> x = this[0].Values, y = Output.Values;
            for (int i = 0; i < y.Length; i++) y[i] = x[_along.At(indices, i)];
        }

        internal override void Backward(Tensor dy)
        {
            ReadOnlySpan<long> indices = this[1].Indices;
            Span<float> dx = Gradients.Begin(this[0]), gradient = dy.Values;
            for (int i = 0; i < gradient.Length; i++) dx[_along.At(indices, i)] += gradient[i];
        }
    }

    sealed class Scattered : Record<(int Axis, bool Adds)>
    {
        Along _along;

        string Operation => Settings.Adds ? "ScatterAdd" : "Scatter";

        public override string Name => "ScatterElements";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", (long)Settings.Axis), new("reduction", Settings.Adds ? "add" : "none")];

        internal override Tensor Prepare()
        {
            if (this[2].Shape != this[1].Shape) throw new ShapeException(Operation, $"indices {this[1].Shape}, updates {this[2].Shape}", "equal shapes", "Give one number per place.");
            _along = new(Operation, this[0], Settings.Axis, this[1]);
            return Room(this[0].Shape);
        }

        internal override void Forward()
        {
            ReadOnlySpan<long> indices = _along.Check(Operation, this[0], this[1]);
            Span<float> y = Output.Values, updates = this[2].Values;
            this[0].Values.CopyTo(y);
            for (int i = 0; i < updates.Length; i++)
            {
                ref float at = ref y[_along.At(indices, i)];
                at = Settings.Adds ? at + updates[i] : updates[i];
            }
        }

        internal override void Backward(Tensor dy)
        {
            using var room = new Scratch(dy.Length);
            Span<float> left = room.Values, updates = this[2].RequiresGradient ? Gradients.Begin(this[2]) : default;
            ReadOnlySpan<long> indices = this[1].Indices;
            dy.Values.CopyTo(left);
            for (int i = indices.Length - 1; i >= 0; i--)
            {
                ref float at = ref left[_along.At(indices, i)];
                if (!updates.IsEmpty) updates[i] += at;
                if (!Settings.Adds) at = 0;   // whoever came before was overwritten
            }

            if (this[0].RequiresGradient) Gradients.Add(this[0], left);
        }
    }

    /// <summary>Where an index along an axis points.</summary>
    readonly struct Along
    {
        readonly int _axis, _size, _inner, _count;

        public Along(string operation, Tensor x, int axis, Tensor indices)
        {
            if (indices.Shape.Rank != x.Shape.Rank || Axis.Resize(x.Shape, axis, indices.Shape[axis]) != indices.Shape)
                throw new ShapeException(operation, $"x {x.Shape}, indices {indices.Shape} along axis {axis}", "equal sizes on all other axes", "Expand the indices, or use Gather to take whole entries.");
            (_axis, _size, _inner, _count) = (axis, x.Shape[axis], Axis.Around(x.Shape, axis).Inner, indices.Shape[axis]);
        }

        /// <summary>The indices, if all of them lie on the axis.</summary>
        public ReadOnlySpan<long> Check(string operation, Tensor x, Tensor indices)
        {
            foreach (long index in indices.Indices)
                if (index >= _size || index < -_size)
                    throw new ShapeException(operation, $"index {index} into axis {_axis} of {x.Shape}", $"{-_size} to {_size - 1}", "Check the indices.");
            return indices.Indices;
        }

        public int At(ReadOnlySpan<long> indices, int i) => (((i / (_inner * _count) * _size) + (int)(indices[i] < 0 ? indices[i] + _size : indices[i])) * _inner) + (i % _inner);
    }
}
