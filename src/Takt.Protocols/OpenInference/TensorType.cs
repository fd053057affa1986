using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>Element types of the Open Inference Protocol. FP16 and BF16 have no agreed JSON form and are left out.</summary>
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
}

/// <summary>The wire names of the element types.</summary>
public static class TensorTypes
{
    static readonly (TensorType Type, string Name)[] Known =
    [
        (TensorType.Bool, "BOOL"), (TensorType.UInt8, "UINT8"), (TensorType.UInt16, "UINT16"), (TensorType.UInt32, "UINT32"),
        (TensorType.UInt64, "UINT64"), (TensorType.Int8, "INT8"), (TensorType.Int16, "INT16"), (TensorType.Int32, "INT32"),
        (TensorType.Int64, "INT64"), (TensorType.Fp32, "FP32"), (TensorType.Fp64, "FP64"), (TensorType.Bytes, "BYTES"),
    ];

    /// <summary>All wire names, in the order of the protocol's table.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Known.Select(k => k.Name)];

    /// <summary>The wire name: <c>FP32</c>.</summary>
    public static string WireName(this TensorType type) => Known[(int)type].Name;

    /// <summary>The type of a wire name, or null if there is none.</summary>
    public static TensorType? Find(string? name)
    {
        foreach (var (type, known) in Known)
            if (known == name) return type;
        return null;
    }
}
