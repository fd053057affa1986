using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Onnx;

/// <summary>How many bytes the elements of a stored tensor take.</summary>
static class TensorSizes
{
    /// <summary>Elements of a tensor, or null if a size is negative or the product is beyond 64 bits.</summary>
    public static long? CountOf(IReadOnlyList<long> dims)
    {
        if (dims.Any(size => size < 0)) return null;
        if (dims.Contains(0)) return 0;   // whatever the other sizes claim
        Int128 count = 1;
        foreach (long size in dims)
            if ((count *= size) > long.MaxValue) return null;
        return (long)count;
    }

    /// <summary>Bytes of so many elements as <c>raw_data</c> and external files hold them: the types of 4 and 2 bits are packed.</summary>
    /// <returns>Null for text, which is never raw, and for numbers that are no element type.</returns>
    public static Int128? BytesOf(int type, long count) => BitsOf((DataType)type) is { } bits ? (((Int128)count * bits) + 7) / 8 : null;

    static int? BitsOf(DataType type) => type switch
    {
        DataType.Uint2 or DataType.Int2 => 2,
        DataType.Uint4 or DataType.Int4 or DataType.Float4E2M1 => 4,
        DataType.Uint8 or DataType.Int8 or DataType.Bool
            or DataType.Float8E4M3Fn or DataType.Float8E4M3Fnuz or DataType.Float8E5M2 or DataType.Float8E5M2Fnuz or DataType.Float8E8M0 => 8,
        DataType.Uint16 or DataType.Int16 or DataType.Float16 or DataType.Bfloat16 => 16,
        DataType.Float or DataType.Int32 or DataType.Uint32 => 32,
        DataType.Double or DataType.Int64 or DataType.Uint64 or DataType.Complex64 => 64,
        DataType.Complex128 => 128,
        _ => null,
    };
}
