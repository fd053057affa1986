using System.Runtime.InteropServices;
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
        public Tensor Gather(int axis, Tensor indices)
        {
            int along = Axis.Of("Gather", x.Shape, axis), size = x.Shape[along], count = indices.Length;
            var (outer, inner) = Axis.Around(x.Shape, along);
            Check("Gather", x, along, indices);
            var y = Tape.Allocate([.. x.Shape.Sizes[..along], .. indices.Shape.Sizes, .. x.Shape.Sizes[(along + 1)..]], x.Type);
            int bytes = inner * x.Type.Bytes();
            Span<byte> from = Bytes(x), to = Bytes(y);
            var places = indices.Indices;
            for (int i = 0; i < outer; i++)
                for (int j = 0; j < count; j++)
                    from.Slice(((i * size) + Place(places[j], size)) * bytes, bytes).CopyTo(to[(((i * count) + j) * bytes)..]);
            return Tape.Record("Gather", [x, indices], y, dy =>
            {
                var dx = Gradients.Begin(x);
                for (int i = 0; i < outer; i++) Updates.AddTo(indices.Indices, dy.Values.Slice(i * count * inner, count * inner), dx.Slice(i * size * inner, size * inner), inner);
            }, new OperationAttribute("axis", (long)along));
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

    static Span<byte> Bytes(Tensor x) => x.Type.Bytes() switch
    {
        8 => MemoryMarshal.AsBytes(x.Elements<long>()),
        4 => MemoryMarshal.AsBytes(x.Elements<float>()),
        2 => MemoryMarshal.AsBytes(x.Elements<short>()),
        _ => x.Elements<byte>(),
    };
}
