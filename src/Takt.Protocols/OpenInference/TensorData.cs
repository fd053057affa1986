using System.Globalization;
using System.Text.Json;
using Takt.Protocols.Problems;

namespace Takt.Protocols.OpenInference;

/// <summary>The values of a tensor in JSON: nested like its shape, or one flat list.</summary>
/// <remarks>
/// JSON has no NaN or infinity. A float that is missing is null or "NaN" here; infinities are the strings "Infinity" and "-Infinity", as .NET and others write them.
/// </remarks>
static class TensorData
{
    public static ReadOnlyMemory<byte> ReadBytes(ref Utf8JsonReader reader, TensorType type, long[] shape, string where) => type switch
    {
        TensorType.Bool => ArrayBytes.Of(Read<bool, BoolElement>(ref reader, type, shape, where)),
        TensorType.UInt8 => ArrayBytes.Of(Read<byte, UInt8Element>(ref reader, type, shape, where)),
        TensorType.UInt16 => ArrayBytes.Of(Read<ushort, UInt16Element>(ref reader, type, shape, where)),
        TensorType.UInt32 => ArrayBytes.Of(Read<uint, UInt32Element>(ref reader, type, shape, where)),
        TensorType.UInt64 => ArrayBytes.Of(Read<ulong, UInt64Element>(ref reader, type, shape, where)),
        TensorType.Int8 => ArrayBytes.Of(Read<sbyte, Int8Element>(ref reader, type, shape, where)),
        TensorType.Int16 => ArrayBytes.Of(Read<short, Int16Element>(ref reader, type, shape, where)),
        TensorType.Int32 => ArrayBytes.Of(Read<int, Int32Element>(ref reader, type, shape, where)),
        TensorType.Int64 => ArrayBytes.Of(Read<long, Int64Element>(ref reader, type, shape, where)),
        TensorType.Fp32 => ArrayBytes.Of(Read<float, Fp32Element>(ref reader, type, shape, where)),
        TensorType.Fp64 => ArrayBytes.Of(Read<double, Fp64Element>(ref reader, type, shape, where)),
        _ => throw new InputException($"'data' of {type.WireName()}", "FP32, or the binary form", $"JSON has no agreed form for {type.WireName()}", where),
    };

    public static string?[] ReadTexts(ref Utf8JsonReader reader, long[] shape, string where) => Read<string?, BytesElement>(ref reader, TensorType.Bytes, shape, where);

    public static void Write(Utf8JsonWriter writer, InferTensor tensor)
    {
        switch (tensor.Type)
        {
            case TensorType.Bool: Write<bool, BoolElement>(writer, tensor.Elements<bool>()); break;
            case TensorType.UInt8: Write<byte, UInt8Element>(writer, tensor.Elements<byte>()); break;
            case TensorType.UInt16: Write<ushort, UInt16Element>(writer, tensor.Elements<ushort>()); break;
            case TensorType.UInt32: Write<uint, UInt32Element>(writer, tensor.Elements<uint>()); break;
            case TensorType.UInt64: Write<ulong, UInt64Element>(writer, tensor.Elements<ulong>()); break;
            case TensorType.Int8: Write<sbyte, Int8Element>(writer, tensor.Elements<sbyte>()); break;
            case TensorType.Int16: Write<short, Int16Element>(writer, tensor.Elements<short>()); break;
            case TensorType.Int32: Write<int, Int32Element>(writer, tensor.Elements<int>()); break;
            case TensorType.Int64: Write<long, Int64Element>(writer, tensor.Elements<long>()); break;
            case TensorType.Fp32: Write<float, Fp32Element>(writer, tensor.Elements<float>()); break;
            case TensorType.Fp64: Write<double, Fp64Element>(writer, tensor.Elements<double>()); break;
            case TensorType.Bytes: Write<string?, BytesElement>(writer, tensor.Texts.Span); break;
            default: Write<double, Fp64Element>(writer, tensor.AsDoubles()); break; // half precision as plain numbers
        }
    }

    static void Write<T, TElement>(Utf8JsonWriter writer, ReadOnlySpan<T> values) where TElement : IElement<T>
    {
        writer.WriteStartArray();
        foreach (T value in values) TElement.Write(writer, value);
        writer.WriteEndArray();
    }

    static T[] Read<T, TElement>(ref Utf8JsonReader reader, TensorType type, long[] shape, string where) where TElement : IElement<T>
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new InputException("'data' that is no array", "an array of values", Where(type), where);
        var values = new Values<T>(Product(shape, where), type, shape, where);
        int rank = shape.Length, depth = 1;
        bool? nested = null;
        Span<long> counts = stackalloc long[64]; // deeper than any JSON that the reader lets through
        counts[0] = 0;
        while (depth > 0)
        {
            if (!reader.Read()) throw new JsonException();
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray:
                    nested ??= true;
                    if (nested is false || depth >= rank) throw values.WrongNesting();
                    counts[depth - 1]++;
                    counts[depth++] = 0;
                    break;
                case JsonTokenType.EndArray:
                    depth--;
                    if (nested is true && counts[depth] != shape[depth]) throw values.WrongNesting();
                    break;
                default:
                    nested ??= false;
                    if (nested is true)
                    {
                        if (depth != rank) throw values.WrongNesting();
                        counts[depth - 1]++;
                    }

                    if (!TElement.TryRead(ref reader, out T value)) throw values.WrongElement(ref reader);
                    values.Add(value);
                    break;
            }
        }

        return values.Finish();
    }

    /// <summary>Elements in a shape.</summary>
    static long Product(long[] shape, string where)
    {
        if (shape.Contains(0)) return 0;
        Int128 product = 1;
        foreach (long size in shape)
            if ((product *= size) > Array.MaxLength)
                throw new InputException($"shape {Show(shape)}", $"at most {Array.MaxLength} elements", "Send several smaller requests", where);
        return (long)product;
    }

    static string Where(TensorType type) => $"Give {type.WireName()} values, nested like the shape or as one flat list";

    static string Show(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    /// <summary>Grows with what is really there: a shape that promises billions costs nothing.</summary>
    ref struct Values<T>(long expected, TensorType type, long[] shape, string where)
    {
        T[] _values = new T[Math.Min(expected, 256)];
        int _count;

        public void Add(T value)
        {
            if (_count == expected) throw WrongCount($"more than {_count} values");
            if (_count == _values.Length) Array.Resize(ref _values, (int)Math.Min(expected, 2L * _count));
            _values[_count++] = value;
        }

        public readonly T[] Finish() => _count == expected ? _values : throw WrongCount($"{_count} values");

        public readonly InputException WrongNesting() =>
            new("'data' nested unlike its shape", $"{Show(shape)}, or one flat list of {expected} values", where: where);

        public readonly InputException WrongElement(ref Utf8JsonReader reader) => new(
            $"{Describe(ref reader)} as element {_count.ToString(CultureInfo.InvariantCulture)}", type switch
            {
                TensorType.Bool => "true or false",
                TensorType.Bytes => "a string",
                _ => $"a number within {type.WireName()}",
            }, where: where);

        readonly InputException WrongCount(string found) => new(found, $"{expected} for shape {Show(shape)}", where: where);

        static string Describe(ref Utf8JsonReader reader) => reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => $"the number {Shorten(System.Text.Encoding.UTF8.GetString(reader.ValueSpan))}",
            JsonTokenType.True or JsonTokenType.False => "a truth value",
            _ => "null",
        };

        static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "…";
    }
}
