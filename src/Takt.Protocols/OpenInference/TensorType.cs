using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>Element types of the Open Inference Protocol. FP16 and BF16 have no agreed JSON form: they travel as bytes only.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TensorType>))]
public enum TensorType
{
    /// <summary>true or false; held as <see cref="bool"/>.</summary>
    [JsonStringEnumMemberName("BOOL")] Bool,

    /// <summary>Held as <see cref="byte"/>.</summary>
    [JsonStringEnumMemberName("UINT8")] UInt8,

    /// <summary>Held as <see cref="ushort"/>.</summary>
    [JsonStringEnumMemberName("UINT16")] UInt16,

    /// <summary>Held as <see cref="uint"/>.</summary>
    [JsonStringEnumMemberName("UINT32")] UInt32,

    /// <summary>Held as <see cref="ulong"/>.</summary>
    [JsonStringEnumMemberName("UINT64")] UInt64,

    /// <summary>Held as <see cref="sbyte"/>.</summary>
    [JsonStringEnumMemberName("INT8")] Int8,

    /// <summary>Held as <see cref="short"/>.</summary>
    [JsonStringEnumMemberName("INT16")] Int16,

    /// <summary>Held as <see cref="int"/>.</summary>
    [JsonStringEnumMemberName("INT32")] Int32,

    /// <summary>Held as <see cref="long"/>.</summary>
    [JsonStringEnumMemberName("INT64")] Int64,

    /// <summary>Held as <see cref="float"/>; NaN is a missing value.</summary>
    [JsonStringEnumMemberName("FP32")] Fp32,

    /// <summary>Held as <see cref="double"/>; NaN is a missing value.</summary>
    [JsonStringEnumMemberName("FP64")] Fp64,

    /// <summary>Text in UTF-8; held as <see cref="string"/>, null is a missing value.</summary>
    [JsonStringEnumMemberName("BYTES")] Bytes,

    /// <summary>Held as <see cref="Half"/>; in binary form only.</summary>
    [JsonStringEnumMemberName("FP16")] Fp16,

    /// <summary>The upper half of a <see cref="float"/>; in binary form only.</summary>
    [JsonStringEnumMemberName("BF16")] Bf16,
}

/// <summary>The wire names and sizes of the element types.</summary>
public static class TensorTypes
{
    static readonly (TensorType Type, string Name, int Size, Type? Held)[] Known =
    [
        (TensorType.Bool, "BOOL", 1, typeof(bool)), (TensorType.UInt8, "UINT8", 1, typeof(byte)), (TensorType.UInt16, "UINT16", 2, typeof(ushort)),
        (TensorType.UInt32, "UINT32", 4, typeof(uint)), (TensorType.UInt64, "UINT64", 8, typeof(ulong)), (TensorType.Int8, "INT8", 1, typeof(sbyte)),
        (TensorType.Int16, "INT16", 2, typeof(short)), (TensorType.Int32, "INT32", 4, typeof(int)), (TensorType.Int64, "INT64", 8, typeof(long)),
        (TensorType.Fp32, "FP32", 4, typeof(float)), (TensorType.Fp64, "FP64", 8, typeof(double)), (TensorType.Bytes, "BYTES", 0, null),
        (TensorType.Fp16, "FP16", 2, typeof(Half)), (TensorType.Bf16, "BF16", 2, null),
    ];

    /// <summary>All wire names, in the order of <see cref="TensorType"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(k => k.Name)];

    /// <summary>The wire name: <c>FP32</c>.</summary>
    public static string WireName(this TensorType type) => Known[(int)type].Name;

    /// <summary>Bytes of one element; 0 for <see cref="TensorType.Bytes"/>, whose elements differ.</summary>
    public static int Size(this TensorType type) => Known[(int)type].Size;

    /// <summary>The type that holds elements of a .NET type.</summary>
    /// <exception cref="ArgumentException">None does.</exception>
    public static TensorType Of<T>() where T : unmanaged => OfHeld<T>.Type;

    /// <summary>The type of a wire name, or null if there is none.</summary>
    public static TensorType? Find(string? name)
    {
        foreach (var (type, known, _, _) in Known)
            if (known == name) return type;
        return null;
    }

    /// <summary>Found once for each .NET type.</summary>
    static class OfHeld<T>
    {
        public static readonly TensorType Type = Array.Find(Known, k => k.Held == typeof(T)) is { Held: not null } found
            ? found.Type
            : throw new ArgumentException($"tensors hold no {typeof(T)}");
    }
}
