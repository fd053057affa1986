using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Doors.Tensors;

/// <summary>Tensors as nested lists of JSON without type or shape, as TensorFlow Serving and MLflow send them: the model says the type, the nesting the shape.</summary>
static class NestedTensors
{
    /// <summary>Deeper nesting is no tensor that a model takes.</summary>
    const int MostAxes = 32;

    /// <summary>Reads a tensor.</summary>
    /// <param name="want">What the model takes.</param>
    /// <param name="values">A value, or lists of lists of values, all of equal length on each level.</param>
    /// <param name="where">What errors call the place.</param>
    /// <exception cref="InputException">The lists are ragged, or a value is of another type.</exception>
    public static InferTensor Read(TensorMetadata want, JsonNode? values, string where)
    {
        var shape = new List<long>();
        for (var level = values; level is JsonArray list; level = list.Count > 0 ? list[0] : null)
        {
            if (shape.Count == MostAxes) throw new InputException("lists nested deeper than any tensor", $"at most {MostAxes} levels", where: where);
            shape.Add(list.Count);
            if (list.Count == 0) break;
        }

        var flat = new List<JsonNode?>();
        Flatten(values, 0, shape, flat, where);
        long[] sizes = [.. shape];
        return want.Type switch
        {
            TensorType.Bool => InferTensor.Of(want.Name, Each(flat, Truth), sizes),
            TensorType.Bytes => new InferTensor(want.Name, sizes, Each(flat, v => Text(want.Name, v))),
            TensorType.Fp64 => InferTensor.Of(want.Name, Each(flat, Number), sizes),
            TensorType.Fp32 or TensorType.Fp16 or TensorType.Bf16 => Floats(want, flat, sizes, where),
            TensorType.Int64 => InferTensor.Of(want.Name, Each(flat, v => Whole(v, long.MinValue, long.MaxValue)), sizes),
            TensorType.Int32 => InferTensor.Of(want.Name, Each(flat, v => (int)Whole(v, int.MinValue, int.MaxValue)), sizes),
            TensorType.Int16 => InferTensor.Of(want.Name, Each(flat, v => (short)Whole(v, short.MinValue, short.MaxValue)), sizes),
            TensorType.Int8 => InferTensor.Of(want.Name, Each(flat, v => (sbyte)Whole(v, sbyte.MinValue, sbyte.MaxValue)), sizes),
            TensorType.UInt8 => InferTensor.Of(want.Name, Each(flat, v => (byte)Whole(v, 0, byte.MaxValue)), sizes),
            TensorType.UInt16 => InferTensor.Of(want.Name, Each(flat, v => (ushort)Whole(v, 0, ushort.MaxValue)), sizes),
            TensorType.UInt32 => InferTensor.Of(want.Name, Each(flat, v => (uint)Whole(v, 0, uint.MaxValue)), sizes),
            _ => InferTensor.Of(want.Name, Each(flat, v => (ulong)Whole(v, 0, long.MaxValue)), sizes),
        };

        T[] Each<T>(List<JsonNode?> nodes, Func<JsonNode?, T> read)
        {
            var all = new T[nodes.Count];
            for (int i = 0; i < all.Length; i++)
                try
                {
                    all[i] = read(nodes[i]);
                }
                catch (FormatException)
                {
                    string found = nodes[i] is null ? "null" : nodes[i]!.ToJsonString() is { Length: > 40 } text ? text[..40] + "…" : nodes[i]!.ToJsonString();
                    throw new InputException($"{found} as element {i.ToString(CultureInfo.InvariantCulture)}", $"{want.Type.WireName()}", where: where);
                }

            return all;
        }
    }

    static void Flatten(JsonNode? node, int depth, List<long> shape, List<JsonNode?> flat, string where)
    {
        if (node is JsonArray list)
        {
            if (depth == shape.Count || list.Count != shape[depth]) throw Ragged();
            foreach (var item in list) Flatten(item, depth + 1, shape, flat, where);
            return;
        }

        if (depth != shape.Count) throw Ragged();
        flat.Add(node);

        InputException Ragged() => new("lists of different lengths", $"[{string.Join(", ", shape)}] as the first ones are nested", where: where);
    }

    static InferTensor Floats(TensorMetadata want, List<JsonNode?> flat, long[] shape, string where)
    {
        var wide = Read(want with { Type = TensorType.Fp64 }, new JsonArray([.. flat.Select(f => f?.DeepClone())]), where);
        var values = wide.Elements<double>();
        if (want.Type == TensorType.Fp16)
        {
            var half = new Half[values.Length];
            for (int i = 0; i < half.Length; i++) half[i] = (Half)values[i];
            return InferTensor.Of(want.Name, half, shape);
        }

        float[] floats = new float[values.Length];
        for (int i = 0; i < floats.Length; i++) floats[i] = (float)values[i];
        return InferTensor.Of(want.Name, floats, shape);
    }

    static bool Truth(JsonNode? node) => node?.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => throw new FormatException() };

    /// <summary>A number; the names of those that JSON lacks, and null for a missing one.</summary>
    static double Number(JsonNode? node) => node?.GetValueKind() switch
    {
        null => double.NaN,
        JsonValueKind.Number => node.GetValue<double>() is var number && double.IsFinite(number) ? number : throw new FormatException(),
        JsonValueKind.String => node.GetValue<string>() switch
        {
            "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, "-Infinity" => double.NegativeInfinity, _ => throw new FormatException(),
        },
        _ => throw new FormatException(),
    };

    static long Whole(JsonNode? node, long least, long most) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long whole) && whole >= least && whole <= most ? whole : throw new FormatException();

    /// <summary>A text, or the bytes of one: <c>{"b64": …}</c>.</summary>
    static string? Text(string name, JsonNode? node) => node switch
    {
        null => null,
        JsonObject { Count: 1 } box when box["b64"] is JsonValue packed && packed.GetValueKind() == JsonValueKind.String => WireTensors.Text(name, Convert.FromBase64String(packed.GetValue<string>())),
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw new FormatException(),
    };

    /// <summary>Writes a tensor, or one place of its first axis, as nested lists.</summary>
    /// <param name="writer">Where it goes; it must not check what is written, because NaN and infinities go as bare words.</param>
    /// <param name="tensor">The tensor.</param>
    /// <param name="row">The place of the first axis; null = all of it.</param>
    public static void Write(Utf8JsonWriter writer, InferTensor tensor, int? row = null)
    {
        var part = row is { } place ? tensor.Rows(place, 1) : tensor;
        double[]? numbers = part.Type is TensorType.Fp32 or TensorType.Fp64 or TensorType.Fp16 or TensorType.Bf16 ? part.AsDoubles() : null;
        int at = 0;
        WriteLevel(row is null ? 0 : 1);

        void WriteLevel(int axis)
        {
            if (axis >= part.Shape.Count)
            {
                WriteValue(at++);
                return;
            }

            writer.WriteStartArray();
            for (long i = 0; i < part.Shape[axis]; i++) WriteLevel(axis + 1);
            writer.WriteEndArray();
        }

        void WriteValue(int i)
        {
            switch (part.Type)
            {
                case TensorType.Bool: writer.WriteBooleanValue(part.Elements<bool>()[i]); break;
                case TensorType.Bytes when part.Name.EndsWith("_bytes", StringComparison.Ordinal):
                    writer.WriteStartObject();
                    writer.WriteBase64String("b64", System.Text.Encoding.UTF8.GetBytes(part.Texts.Span[i] ?? ""));
                    writer.WriteEndObject();
                    break;
                case TensorType.Bytes: writer.WriteStringValue(part.Texts.Span[i]); break;
                case TensorType.Fp64: writer.WriteRawValue(Text(numbers![i], numbers[i].ToString("R", CultureInfo.InvariantCulture)), skipInputValidation: true); break;
                case TensorType.Fp32 or TensorType.Fp16 or TensorType.Bf16: writer.WriteRawValue(Text(numbers![i], ((float)numbers[i]).ToString("R", CultureInfo.InvariantCulture)), skipInputValidation: true); break;
                case TensorType.UInt64: writer.WriteNumberValue(part.Elements<ulong>()[i]); break;
                case TensorType.Int64: writer.WriteNumberValue(part.Elements<long>()[i]); break;
                default: writer.WriteNumberValue((long)part.AsDoubles()![i]); break;
            }
        }
    }

    /// <summary>The shortest text that reads back, always with a point or an exponent, so that readers know it for a float.</summary>
    static string Text(double number, string shortest) =>
        double.IsNaN(number) ? "NaN" : double.IsPositiveInfinity(number) ? "Infinity" : double.IsNegativeInfinity(number) ? "-Infinity"
        : shortest.AsSpan().IndexOfAny('.', 'E') >= 0 ? shortest : shortest + ".0";
}
