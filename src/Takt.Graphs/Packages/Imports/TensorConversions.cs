using System.Runtime.InteropServices;
using Takt.Graphs.Plans;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Packages;

/// <summary>Between the tensors of the Open Inference Protocol and the values of a plan: one copy in, one copy out.</summary>
static class TensorConversions
{
    /// <summary>The protocol's name for an element type, or null where it has none.</summary>
    public static TensorType? WireType(ElementType type) => type switch
    {
        ElementType.Float32 => TensorType.Fp32,
        ElementType.Float64 => TensorType.Fp64,
        ElementType.Float16 => TensorType.Fp16,
        ElementType.BFloat16 => TensorType.Bf16,
        ElementType.Int8 => TensorType.Int8,
        ElementType.Int16 => TensorType.Int16,
        ElementType.Int32 => TensorType.Int32,
        ElementType.Int64 => TensorType.Int64,
        ElementType.UInt8 => TensorType.UInt8,
        ElementType.UInt16 => TensorType.UInt16,
        ElementType.UInt32 => TensorType.UInt32,
        ElementType.UInt64 => TensorType.UInt64,
        ElementType.Bool => TensorType.Bool,
        ElementType.String => TensorType.Bytes,
        _ => null,
    };

    /// <summary>Writes a tensor into the plan's memory. A float input takes every kind of number, as the protocol's JSON writes them.</summary>
    public static void Write(InferTensor tensor, ElementType type, ReadOnlySpan<int> sizes, Value to)
    {
        if (type == ElementType.String)
        {
            if (tensor.Type != TensorType.Bytes) throw Mismatch(tensor, type);
            var texts = to.WriteTexts(sizes);
            for (int i = 0; i < texts.Length; i++) texts[i] = tensor.Texts.Span[i] ?? "";
        }
        else if (WireType(type) == tensor.Type)
        {
            var bytes = to.Write(type, sizes);
            tensor.Bytes.Span.CopyTo(bytes);
            if (type == ElementType.Bool)   // any byte but 0 is true; .NET wants exactly 1
                foreach (ref byte flag in bytes) flag = (byte)(flag == 0 ? 0 : 1);
        }
        else
        {
            double[] numbers = tensor.AsDoubles() ?? throw Mismatch(tensor, type);
            switch (type)
            {
                case ElementType.Float32: Convert(numbers, to.Write<float>(sizes), v => (float)v); break;
                case ElementType.Float64: numbers.CopyTo(to.Write<double>(sizes)); break;
                case ElementType.Float16: Convert(numbers, to.Write<Half>(sizes), v => (Half)v); break;
                case ElementType.BFloat16: Convert(numbers, MemoryMarshal.Cast<byte, ushort>(to.Write(type, sizes)), v => RoundToUpperHalf((float)v)); break;
                default: throw Mismatch(tensor, type);
            }
        }
    }

    /// <summary>Takes a value out of the plan's memory. A sequence becomes one tensor, its items one behind the other along a new first axis.</summary>
    /// <exception cref="InputException">The items of a sequence have different sizes, or the type is none of the protocol's.</exception>
    public static InferTensor Read(string name, Value value)
    {
        if (value.Items is { } items) return Stack(name, value.Type, items);
        long[] shape = new long[value.Rank];
        for (int i = 0; i < shape.Length; i++) shape[i] = value.Sizes[i];
        if (WireType(value.Type) is not { } type) throw new InputException($"output '{name}' of {value}", "a tensor of a type that the Open Inference Protocol has");
        return type == TensorType.Bytes ? InferTensor.Of(name, value.Texts.ToArray(), shape) : new InferTensor(name, type, shape, value.Bytes.ToArray());
    }

    static InferTensor Stack(string name, ElementType type, IReadOnlyList<Value> items)
    {
        InferTensor[] parts = [.. items.Select(item => Read(name, item))];
        if (parts.FirstOrDefault(p => !p.Shape.SequenceEqual(parts[0].Shape)) is { } odd)
            throw new InputException($"output '{name}', a sequence of [{string.Join(", ", parts[0].Shape)}] and [{string.Join(", ", odd.Shape)}]", "items of one size, which can go as one tensor", "Ask with inputs that give such, one row at a time if need be");
        long[] shape = parts.Length == 0 ? [0] : [parts.Length, .. parts[0].Shape];
        return (WireType(type) ?? TensorType.Fp32) == TensorType.Bytes
            ? InferTensor.Of(name, [.. parts.SelectMany(p => p.Texts.ToArray())], shape)
            : new InferTensor(name, parts.Length == 0 ? WireType(type) ?? TensorType.Fp32 : parts[0].Type, shape, parts.SelectMany(p => p.Bytes.ToArray()).ToArray());
    }

    /// <summary>Rounds to the nearest of the numbers that the upper 16 bits hold, ties to even.</summary>
    static ushort RoundToUpperHalf(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    static void Convert<T>(double[] from, Span<T> to, Func<double, T> convert)
    {
        for (int i = 0; i < to.Length; i++) to[i] = convert(from[i]);
    }

    static InputException Mismatch(InferTensor tensor, ElementType type) =>
        new($"datatype {tensor.Type.WireName()}", WireType(type)?.WireName() ?? $"{type}", where: $"input '{tensor.Name}'");
}
