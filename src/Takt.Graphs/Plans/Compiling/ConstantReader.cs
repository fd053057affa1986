using Google.Protobuf.Collections;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Reads the numbers of an ONNX tensor, wherever the file keeps them.</summary>
static class ConstantReader
{
    const int BitsOfHalfAByte = 4;

    public static Value Read(TensorProto tensor, string where)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
            throw new InputException("a tensor kept in another file", "all tensors inside the model file", "Save the model without external data.", where);
        var type = ElementTypes.FromOnnx(tensor.DataType, where);
        int[] sizes = SizesOf(tensor.Dims, where);
        var value = new Value(new Storage());
        if (type == ElementType.String) CopyTexts(tensor, value, sizes, where);
        else if (tensor.HasRawData) CopyRaw(tensor, type, value, sizes, where);
        else CopyTyped(tensor, type, value, sizes, where);
        return value;
    }

    /// <summary>A sparse tensor as a dense one: zeros, and the values at their places, which are flat or one coordinate an axis.</summary>
    public static Value Read(SparseTensorProto sparse, string where)
    {
        if (sparse.Values is null || sparse.Indices is null) throw new InputException("a sparse tensor without values or places", "both", where: where);
        var values = Read(sparse.Values, where);
        long[] places = Read(sparse.Indices, where).Read<long>().ToArray();
        int[] sizes = SizesOf(sparse.Dims, where);
        if (values.Type == ElementType.String) throw new InputException("a sparse tensor of texts", "numbers", where: where);
        long count = CountOf(sizes, where);
        var dense = new Value(new Storage());
        var to = dense.Write(values.Type, sizes);
        to.Clear();
        int width = values.Type.Bytes(), axes = values.Count == 0 ? 1 : places.Length / values.Count;
        if (places.Length != values.Count * axes || (axes != 1 && axes != sizes.Length)) throw new InputException($"{places.Length} coordinates for {values.Count} values", "one place each", where: where);
        for (int i = 0; i < values.Count; i++)
        {
            long place = 0;
            for (int axis = 0; axis < axes; axis++) place = axes == 1 ? places[i] : (place * sizes[axis]) + places[(i * axes) + axis];
            if (place < 0 || place >= count) throw new InputException($"place {place} in a sparse tensor", $"0 to {count - 1}", where: where);
            values.Bytes.Slice(i * width, width).CopyTo(to[(int)(place * width)..]);
        }

        return dense;
    }

    static int[] SizesOf(RepeatedField<long> dims, string where)
    {
        foreach (long size in dims)
            if (size is < 0 or > int.MaxValue) throw new InputException($"size {size}", "0 or more", where: where);
        return [.. dims.Select(size => (int)size)];
    }

    static void CopyTexts(TensorProto tensor, Value value, int[] sizes, string where)
    {
        long expected = CountOf(sizes, where);
        if (tensor.StringData.Count != expected) throw Mismatch(tensor.StringData.Count, "texts", expected, sizes, where);
        var to = value.WriteTexts(sizes);
        for (int i = 0; i < to.Length; i++) to[i] = tensor.StringData[i].ToStringUtf8();
    }

    static void CopyRaw(TensorProto tensor, ElementType type, Value value, int[] sizes, string where)
    {
        bool packed = type is ElementType.Int4 or ElementType.UInt4;
        long expected = packed ? (CountOf(sizes, where) + 1) / 2 : CountOf(sizes, where) * type.Bytes();
        if (tensor.RawData.Length != expected) throw Mismatch(tensor.RawData.Length, "bytes", expected, sizes, where);
        var bytes = value.Write(type, sizes);
        if (packed)
        {
            Unpack(tensor.RawData.Span, type, bytes);
            return;
        }

        tensor.RawData.Span.CopyTo(bytes);
        if (type == ElementType.Bool)   // any byte but 0 is true; .NET wants exactly 1
            foreach (ref byte flag in bytes) flag = (byte)(flag == 0 ? 0 : 1);
    }

    static void CopyTyped(TensorProto tensor, ElementType type, Value value, int[] sizes, string where)
    {
        switch (type)
        {
            case ElementType.Float32: Copy(tensor.FloatData, x => x); break;
            case ElementType.Float64: Copy(tensor.DoubleData, x => x); break;
            case ElementType.Int64: Copy(tensor.Int64Data, x => x); break;
            case ElementType.UInt32: Copy(tensor.Uint64Data, x => (uint)x); break;
            case ElementType.UInt64: Copy(tensor.Uint64Data, x => x); break;
            case ElementType.Int32: Copy(tensor.Int32Data, x => x); break;
            case ElementType.Int16: Copy(tensor.Int32Data, x => (short)x); break;
            case ElementType.UInt16: Copy(tensor.Int32Data, x => (ushort)x); break;
            case ElementType.Int8: Copy(tensor.Int32Data, x => (sbyte)x); break;
            case ElementType.UInt8: Copy(tensor.Int32Data, x => (byte)x); break;
            case ElementType.Bool: Copy(tensor.Int32Data, x => x != 0); break;
            case ElementType.Float16: Copy(tensor.Int32Data, x => BitConverter.UInt16BitsToHalf((ushort)x)); break;
            case ElementType.BFloat16: Copy(tensor.Int32Data, x => new BFloat16((ushort)x)); break;
            case ElementType.Int4 or ElementType.UInt4:
                long expected = (CountOf(sizes, where) + 1) / 2;
                if (tensor.Int32Data.Count != expected) throw Mismatch(tensor.Int32Data.Count, "pairs", expected, sizes, where);
                Unpack([.. tensor.Int32Data.Select(pair => (byte)pair)], type, value.Write(type, sizes));
                break;
            default: throw new InvalidOperationException($"{type} has no reader");
        }

        void Copy<TFrom, TTo>(RepeatedField<TFrom> from, Func<TFrom, TTo> convert) where TTo : unmanaged
        {
            long expected = CountOf(sizes, where);
            if (from.Count != expected) throw Mismatch(from.Count, "elements", expected, sizes, where);
            var to = value.Write<TTo>(sizes);
            for (int i = 0; i < to.Length; i++) to[i] = convert(from[i]);
        }
    }

    /// <summary>Two numbers a byte, the first in its lower half.</summary>
    static void Unpack(ReadOnlySpan<byte> pairs, ElementType type, Span<byte> to)
    {
        for (int i = 0; i < to.Length; i++)
        {
            int raised = i % 2 == 0 ? pairs[i / 2] << BitsOfHalfAByte : pairs[i / 2] & 0xF0;
            to[i] = type == ElementType.Int4 ? (byte)((sbyte)raised >> BitsOfHalfAByte) : (byte)((byte)raised >> BitsOfHalfAByte);
        }
    }

    static long CountOf(int[] sizes, string where)
    {
        long count = 1;
        foreach (int size in sizes)
            if ((count *= size) > Array.MaxLength) throw new InputException($"a tensor of sizes {Value.Text(sizes)}", $"at most {Array.MaxLength:N0} elements", where: where);
        return count;
    }

    static InputException Mismatch(long found, string what, long expected, int[] sizes, string where) =>
        new($"{found:N0} {what}", $"{expected:N0} for the sizes {Value.Text(sizes)}", "The file is damaged: export or copy it again.", where);
}
