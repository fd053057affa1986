using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Elements by their places.</summary>
public static class Lookups
{
    extension(Tensor x)
    {
        /// <summary>Entries of an axis by number: y[…, i…, …] = x[…, indices[i…], …] (NumPy's take, ONNX Gather). An embedding is <c>weight.Gather(0, tokens)</c>.</summary>
        /// <param name="axis">Which axis of x the indices replace.</param>
        /// <param name="indices">Int64, any shape; below 0 counts from the end.</param>
        /// <returns>x's shape with the axis replaced by the shape of the indices; dx adds each dy to the entry it came from, one after the other.</returns>
        /// <exception cref="ShapeException">An index is beyond the axis.</exception>
        public Tensor Gather(int axis, Tensor indices) => Tape.Run<Taken, int>(Axis.Of("Gather", x.Shape, axis), x, indices);
    }

    sealed class Taken : Record<int>
    {
        int _size, _count, _outer, _inner;

        public override string Name => "Gather";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", (long)Settings)];

        internal override Tensor Prepare()
        {
            var (x, indices) = (this[0], this[1]);
            (_size, _count) = (x.Shape[Settings], indices.Length);
            (_outer, _inner) = Axis.Around(x.Shape, Settings);
            return Room([.. x.Shape.Sizes[..Settings], .. indices.Shape.Sizes, .. x.Shape.Sizes[(Settings + 1)..]], x.Type);
        }

        internal override void Forward()
        {
            Check(Name, this[0], Settings, this[1]);
            switch (Output.Type.Bytes())
            {
                case 8: Move<long>(); break;
                case 4: Move<float>(); break;
                case 2: Move<short>(); break;
                default: Move<byte>(); break;
            }
        }

        /// <summary>Whatever the elements are, they only move.</summary>
        void Move<T>() where T : unmanaged
        {
            Span<T> from = this[0].Elements<T>(), to = Output.Elements<T>();
            var places = this[1].Indices;
            for (int i = 0; i < _outer; i++)
                for (int j = 0; j < _count; j++)
                    from.Slice(((i * _size) + Place(places[j], _size)) * _inner, _inner).CopyTo(to[(((i * _count) + j) * _inner)..]);
        }

        internal override void Backward(Tensor dy)
        {
            Span<float> dx = Gradients.Begin(this[0]), gradient = dy.Values;
            for (int i = 0; i < _outer; i++)
                Updates.AddTo(this[1].Indices, gradient.Slice(i * _count * _inner, _count * _inner), dx.Slice(i * _size * _inner, _size * _inner), _inner);
        }
    }

    /// <summary>Every index must name an entry of the axis.</summary>
    static void Check(string operation, Tensor x, int axis, Tensor indices)
    {
        int size = x.Shape[axis];
        foreach (long index in indices.Indices)
            if (index >= size || index < -size)
                throw new ShapeException(operation, $"index {index} into axis {axis} of {x.Shape}", $"{-size} to {size - 1}", "Check the indices: tokens must lie within the vocabulary.");
    }

    static int Place(long index, int size) => (int)(index < 0 ? index + size : index);
}
