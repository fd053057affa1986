using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Takt.Protocols.Problems;

namespace Takt.Protocols.OpenInference;

/// <summary>
/// Reads and writes <see cref="InferTensor"/> as the protocol says. The values are read straight into an array of their type; because "datatype" and "shape" may
/// stand after "data", the reader remembers where the values are and comes back to them.
/// </summary>
sealed class InferTensorConverter : JsonConverter<InferTensor>
{
    public override InferTensor Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException();
        string? name = null, datatype = null;
        long[]? shape = null;
        Dictionary<string, JsonValue>? parameters = null;
        Utf8JsonReader data = default;
        bool hasData = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string? property = reader.GetString();
            reader.Read();
            switch (property)
            {
                case "name": name = Text(ref reader, property); break;
                case "datatype": datatype = Text(ref reader, property); break;
                case "shape": shape = Shape(ref reader); break;
                case "parameters": parameters = ParametersConverter.ReadObject(ref reader); break;
                case "data":
                    data = reader; // a copy: the place to come back to
                    hasData = true;
                    Skip(ref reader);
                    break;
                default: Skip(ref reader); break;
            }
        }

        string where = name is null ? "a tensor without name" : $"tensor '{name}'";
        var problems = new List<Problem>();
        if (name is null) problems.Add(new Problem("a tensor without 'name'", "a string"));
        if (shape is null) problems.Add(new Problem("no 'shape'", "an array of sizes such as [2, 3]", Where: where));
        if (datatype is null) problems.Add(new Problem("no 'datatype'", $"one of {string.Join(", ", TensorTypes.Names)}", Where: where));
        else if (TensorTypes.Find(datatype) is null)
            problems.Add(new Problem($"datatype '{datatype}'", $"one of {string.Join(", ", TensorTypes.Names)}", Where: where));
        bool elsewhere = !hasData && parameters?.ContainsKey(BinaryExtension.SizeParameter) == true;
        if (!hasData && !elsewhere) problems.Add(new Problem("no 'data'", "an array of values", Where: where));
        if (problems.Count > 0) throw new InputException(problems);
        var type = TensorTypes.Find(datatype)!.Value;
        if (elsewhere) return InferTensor.Elsewhere(name!, type, shape!, parameters!);
        return type == TensorType.Bytes
            ? new InferTensor(name!, shape!, TensorData.ReadTexts(ref data, shape!, where), parameters)
            : new InferTensor(name!, type, shape!, TensorData.ReadBytes(ref data, type, shape!, where), parameters);
    }

    public override void Write(Utf8JsonWriter writer, InferTensor value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("name", value.Name);
        writer.WriteStartArray("shape");
        foreach (long size in value.Shape) writer.WriteNumberValue(size);
        writer.WriteEndArray();
        writer.WriteString("datatype", value.Type.WireName());
        if (value.Parameters is { Count: > 0 } parameters)
        {
            writer.WritePropertyName("parameters");
            ParametersConverter.WriteObject(writer, parameters);
        }

        writer.WritePropertyName("data");
        TensorData.Write(writer, value);
        writer.WriteEndObject();
    }

    static string Text(ref Utf8JsonReader reader, string property) =>
        reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new InputException($"'{property}' of a tensor that is no string", "a string");

    static long[] Shape(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new InputException("'shape' that is no array", "an array of sizes such as [2, 3]");
        var sizes = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            sizes.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long size) && size >= 0
                ? size
                : throw new InputException("a size in 'shape' that is no whole number from 0", "an array of sizes such as [2, 3]", "-1 stands in metadata only"));
        return [.. sizes];
    }

    static void Skip(ref Utf8JsonReader reader)
    {
        if (!reader.TrySkip()) throw new JsonException();
    }
}
