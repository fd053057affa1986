using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>
/// A named tensor with its values, as an input or an output of an inference. It looks at memory that belongs to someone else and copies nothing:
/// the body of a request, an array, a model's answer.
/// </summary>
[JsonConverter(typeof(InferTensorConverter))]
public sealed class InferTensor
{
    InferTensor(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes, ReadOnlyMemory<string?> texts, IReadOnlyDictionary<string, JsonValue>? parameters) =>
        (Name, Type, Shape, Bytes, Texts, Parameters) = (name, type, shape, bytes, texts, parameters);

    /// <summary>A tensor over bytes as the protocol's binary form has them: little-endian, row-major, without gaps.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="type">Type of the elements; not <see cref="TensorType.Bytes"/>, whose elements are texts.</param>
    /// <param name="shape">Its shape, the whole batch included; every size at least 0.</param>
    /// <param name="bytes">The values. They must stay as they are for as long as the tensor is used.</param>
    /// <param name="parameters">What else was said about this tensor, or null.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit type and shape.</exception>
    public InferTensor(string name, TensorType type, IReadOnlyList<long> shape, ReadOnlyMemory<byte> bytes, IReadOnlyDictionary<string, JsonValue>? parameters = null)
        : this(name, type, shape, bytes, default, parameters)
    {
        if (type == TensorType.Bytes || bytes.Length != Count * type.Size())
            throw new ArgumentException($"{bytes.Length} bytes for '{name}', {type.WireName()} [{string.Join(", ", shape)}]");
    }

    /// <summary>A tensor of texts.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="shape">Its shape, the whole batch included; every size at least 0.</param>
    /// <param name="texts">The values, row-major; null is a missing value.</param>
    /// <param name="parameters">What else was said about this tensor, or null.</param>
    /// <exception cref="ArgumentException">The number of texts does not fit the shape.</exception>
    public InferTensor(string name, IReadOnlyList<long> shape, ReadOnlyMemory<string?> texts, IReadOnlyDictionary<string, JsonValue>? parameters = null)
        : this(name, TensorType.Bytes, shape, default, texts, parameters)
    {
        if (texts.Length != Count) throw new ArgumentException($"{texts.Length} texts for '{name}', [{string.Join(", ", shape)}]");
    }

    /// <summary>A tensor whose values stand after the JSON part of a request: so far it only says what they are.</summary>
    internal static InferTensor Elsewhere(string name, TensorType type, IReadOnlyList<long> shape, IReadOnlyDictionary<string, JsonValue> parameters) =>
        new(name, type, shape, default, default, parameters) { IsElsewhere = true };

    /// <summary>Name of the tensor.</summary>
    public string Name { get; }

    /// <summary>Whether the values stand after the JSON part of the request and have not been read yet; see <c>binary_data_size</c> in <see cref="Parameters"/>.</summary>
    public bool IsElsewhere { get; private init; }

    /// <summary>Type of the elements.</summary>
    public TensorType Type { get; }

    /// <summary>Its shape, the whole batch included.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>The values in the protocol's binary form: little-endian, row-major, without gaps. Empty for <see cref="TensorType.Bytes"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The values of <see cref="TensorType.Bytes"/>, row-major; empty for every other type.</summary>
    public ReadOnlyMemory<string?> Texts { get; }

    /// <summary>What else was said about this tensor, or null.</summary>
    public IReadOnlyDictionary<string, JsonValue>? Parameters { get; }

    /// <summary>How many elements there are.</summary>
    public long Count => CountOf(Shape);

    /// <summary>A tensor over an array of numbers or truths; the array is not copied.</summary>
    /// <param name="name">Name of the tensor.</param>
    /// <param name="values">Row-major, as many as the shape has.</param>
    /// <param name="shape">Its shape.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the shape, or no <see cref="TensorType"/> holds their type.</exception>
    public static InferTensor Of<T>(string name, T[] values, params long[] shape) where T : unmanaged => new(name, TensorTypes.Of<T>(), shape, ArrayBytes.Of(values));

    /// <summary>A tensor of texts.</summary>
    /// <inheritdoc cref="Of{T}"/>
    public static InferTensor Of(string name, string?[] values, params long[] shape) => new(name, shape, values);

    /// <summary>The values as what they are.</summary>
    /// <typeparam name="T">The type that <see cref="TensorType"/> names for <see cref="Type"/>.</typeparam>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    public ReadOnlySpan<T> Elements<T>() where T : unmanaged => TensorTypes.Of<T>() == Type
        ? MemoryMarshal.Cast<byte, T>(Bytes.Span)
        : throw new InvalidOperationException($"'{Name}' holds {Type.WireName()}, not {TensorTypes.Of<T>().WireName()}");

    /// <summary>Some rows of the tensor, that is some places of its first axis, over the same memory.</summary>
    /// <param name="start">First row.</param>
    /// <param name="count">How many.</param>
    public InferTensor Rows(long start, long count)
    {
        long[] shape = [count, .. Shape.Skip(1)];
        long row = CountOf(shape.AsSpan(1));
        return Type == TensorType.Bytes
            ? new InferTensor(Name, shape, Texts.Slice((int)(start * row), (int)(count * row)), Parameters)
            : new InferTensor(Name, Type, shape, Bytes.Slice((int)(start * row * Type.Size()), (int)(count * row * Type.Size())), Parameters);
    }

    /// <summary>The same values with a last axis of size 1 put on or taken off, as a column comes as [n] or [n, 1]; any other tensor stays as it is.</summary>
    /// <param name="rank">How many axes are wanted.</param>
    public InferTensor WithRank(int rank)
    {
        if (Shape.Count == rank || !(rank == 2 ? Shape.Count == 1 : rank == 1 && Shape is [_, 1])) return this;
        return new InferTensor(Name, Type, rank == 2 ? [Shape[0], 1] : [Shape[0]], Bytes, Texts, Parameters);
    }

    /// <summary>The same tensor over memory of its own.</summary>
    public InferTensor Copy() => new(Name, Type, Shape, Bytes.ToArray(), Texts.ToArray(), Parameters);

    /// <summary>The values as 64-bit floats, whatever number type they came as.</summary>
    /// <returns>One number an element, or null where the elements are text.</returns>
    public double[]? AsDoubles() => Type switch
    {
        TensorType.Bool => Widen(Elements<bool>(), v => v ? 1 : 0),
        TensorType.UInt8 => Widen(Elements<byte>(), v => v),
        TensorType.UInt16 => Widen(Elements<ushort>(), v => v),
        TensorType.UInt32 => Widen(Elements<uint>(), v => v),
        TensorType.UInt64 => Widen(Elements<ulong>(), v => v),
        TensorType.Int8 => Widen(Elements<sbyte>(), v => v),
        TensorType.Int16 => Widen(Elements<short>(), v => v),
        TensorType.Int32 => Widen(Elements<int>(), v => v),
        TensorType.Int64 => Widen(Elements<long>(), v => v),
        TensorType.Fp16 => Widen(Elements<Half>(), v => (double)v),
        TensorType.Bf16 => Widen(MemoryMarshal.Cast<byte, ushort>(Bytes.Span), v => BitConverter.UInt32BitsToSingle((uint)v << 16)),
        TensorType.Fp32 => Widen(Elements<float>(), v => v),
        TensorType.Fp64 => Elements<double>().ToArray(),
        _ => null,
    };

    static double[] Widen<T>(ReadOnlySpan<T> values, Func<T, double> widen)
    {
        double[] wide = new double[values.Length];
        for (int i = 0; i < wide.Length; i++) wide[i] = widen(values[i]);
        return wide;
    }

    static long CountOf(IReadOnlyList<long> shape)
    {
        long count = 1;
        for (int i = 0; i < shape.Count; i++) count *= shape[i];
        return count;
    }

    static long CountOf(ReadOnlySpan<long> shape)
    {
        long count = 1;
        foreach (long size in shape) count *= size;
        return count;
    }
}
