using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Takt.Protocols.Problems;

namespace Takt.Protocols.OpenInference;

/// <summary>Parameters of a request, an input or an output: strings, numbers and truths by name.</summary>
sealed class ParametersConverter : JsonConverter<IReadOnlyDictionary<string, JsonValue>>
{
    public override IReadOnlyDictionary<string, JsonValue>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ReadObject(ref reader);

    public override void Write(Utf8JsonWriter writer, IReadOnlyDictionary<string, JsonValue> value, JsonSerializerOptions options) => WriteObject(writer, value);

    public static Dictionary<string, JsonValue>? ReadObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.StartObject) throw new InputException("'parameters' that is no object", "an object of strings, numbers and truths");
        var parameters = new Dictionary<string, JsonValue>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            parameters[name] = reader.TokenType switch
            {
                JsonTokenType.String => JsonValue.Create(reader.GetString()!),
                JsonTokenType.Number when reader.TryGetInt64(out long whole) => JsonValue.Create(whole),
                JsonTokenType.Number when reader.TryGetDouble(out double number) && double.IsFinite(number) => JsonValue.Create(number),
                JsonTokenType.True or JsonTokenType.False => JsonValue.Create(reader.GetBoolean()),
                _ => throw new InputException($"parameter '{name}' that is neither string nor number nor truth", "a string, a finite number, true or false"),
            };
        }

        return parameters;
    }

    public static void WriteObject(Utf8JsonWriter writer, IReadOnlyDictionary<string, JsonValue> parameters)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in parameters)
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteEndObject();
    }
}
