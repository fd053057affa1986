using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>A named tensor with its values, as an input or an output of an inference.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Shape">Its shape, the whole batch included; every size at least 0.</param>
/// <param name="Data">The values in row-major order, an array of the type that <see cref="TensorType"/> names; as long as the product of the shape.</param>
/// <param name="Parameters">What else was said about this tensor, or null.</param>
[JsonConverter(typeof(InferTensorConverter))]
public sealed record InferTensor(string Name, TensorType Type, IReadOnlyList<long> Shape, Array Data, IReadOnlyDictionary<string, JsonValue>? Parameters = null)
{
    /// <summary>A tensor of 32-bit floats.</summary>
    public static InferTensor Of(string name, float[] values, params long[] shape) => new(name, TensorType.Fp32, shape, values);

    /// <summary>A tensor of 64-bit floats.</summary>
    public static InferTensor Of(string name, double[] values, params long[] shape) => new(name, TensorType.Fp64, shape, values);

    /// <summary>A tensor of whole numbers.</summary>
    public static InferTensor Of(string name, long[] values, params long[] shape) => new(name, TensorType.Int64, shape, values);

    /// <summary>A tensor of texts.</summary>
    public static InferTensor Of(string name, string?[] values, params long[] shape) => new(name, TensorType.Bytes, shape, values);

    /// <summary>A tensor of truths.</summary>
    public static InferTensor Of(string name, bool[] values, params long[] shape) => new(name, TensorType.Bool, shape, values);

    /// <summary>The values as 64-bit floats, whatever number type they came as.</summary>
    /// <returns>One number an element, or null where the elements are text.</returns>
    public double[]? AsDoubles() => Data switch
    {
        double[] values => values,
        float[] values => Array.ConvertAll(values, v => (double)v),
        long[] values => Array.ConvertAll(values, v => (double)v),
        int[] values => Array.ConvertAll(values, v => (double)v),
        short[] values => Array.ConvertAll(values, v => (double)v),
        ulong[] values => Array.ConvertAll(values, v => (double)v),
        uint[] values => Array.ConvertAll(values, v => (double)v),
        ushort[] values => Array.ConvertAll(values, v => (double)v),
        bool[] values => Array.ConvertAll(values, v => v ? 1.0 : 0.0),
        _ => Type switch
        {
            // The runtime lets byte[] and sbyte[] pass for each other in a pattern: the declared type decides.
            TensorType.UInt8 => Array.ConvertAll((byte[])Data, v => (double)v),
            TensorType.Int8 => Array.ConvertAll((sbyte[])Data, v => (double)v),
            _ => null,
        },
    };
}
