using Google.Protobuf.Collections;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Reads the numbers of an ONNX tensor, wherever the file keeps them.</summary>
static class ConstantReader
{
    public static Value Read(TensorProto tensor, string where)
    {
        if (tensor.DataLocation == TensorProto.Types.DataLocation.External || tensor.ExternalData.Count > 0)
            throw new InputException("a tensor kept in another file", "all tensors inside the model file", "Save the model without external data.", where);
        var type = ElementTypes.FromOnnx(tensor.DataType, where);
        int[] sizes = SizesOf(tensor.Dims, where);
        var value = new Value(new Storage());
        if (tensor.HasRawData) CopyRaw(tensor, type, value, sizes, where);
        else CopyTyped(tensor, type, value, sizes, where);
        return value;
    }

    static int[] SizesOf(RepeatedField<long> dims, string where)
    {
        foreach (long size in dims)
            if (size is < 0 or > int.MaxValue) throw new InputException($"size {size}", "0 or more", where: where);
        return [.. dims.Select(size => (int)size)];
    }

    static void CopyRaw(TensorProto tensor, ElementType type, Value value, int[] sizes, string where)
    {
        long expected = CountOf(sizes, where) * ElementTypes.SizeOf(type);
        if (tensor.RawData.Length != expected) throw Mismatch(tensor.RawData.Length, "bytes", expected, sizes, where);
        var bytes = value.Write(type, sizes);
        tensor.RawData.Span.CopyTo(bytes);
        if (type == ElementType.Bool)   // any byte but 0 is true; .NET wants exactly 1
            foreach (ref byte flag in bytes) flag = (byte)(flag == 0 ? 0 : 1);
    }

    static void CopyTyped(TensorProto tensor, ElementType type, Value value, int[] sizes, string where)
    {
        switch (type)
        {
            case ElementType.Float: Copy(tensor.FloatData, x => x); break;
            case ElementType.Double: Copy(tensor.DoubleData, x => x); break;
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
