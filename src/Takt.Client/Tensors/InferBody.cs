using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Client.Sending;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;

namespace Takt.Client.Tensors;

/// <summary>Inference requests and answers as bodies. Tensors travel as bytes after the JSON part, which is exact, quick and the only way for half precision.</summary>
static class InferBody
{
    /// <summary>Room for the JSON part and its names.</summary>
    const int JsonRoom = 1024;

    /// <summary>A request whose tensors are bytes, and which asks for such an answer.</summary>
    /// <param name="request">The request, of the time that is left.</param>
    public static Func<TimeSpan?, HttpContent> Of(Func<TimeSpan?, InferRequest> request) => Wire.OfTimeLeft(left => Write(request(left)), static body => new ReadOnlyMemoryContent(body.Bytes)
    {
        Headers = { { BinaryExtension.LengthHeader, body.JsonLength }, { "Content-Type", BinaryExtension.ContentType } },
    });

    static Written Write(InferRequest request)
    {
        var body = new ArrayBufferWriter<byte>(checked(JsonRoom + request.Inputs.Sum(WireTensors.LengthOf)));
        using (var writer = new Utf8JsonWriter(body)) WriteJson(writer, request);
        string length = body.WrittenCount.ToString(CultureInfo.InvariantCulture);
        foreach (var input in request.Inputs) WireTensors.Write(input, body);
        return new Written(body.WrittenMemory, length);
    }

    /// <summary>An answer in either form; numbers stay where they are.</summary>
    /// <exception cref="JsonException">It is no answer of the protocol.</exception>
    /// <exception cref="InputException">Its parts do not fit each other.</exception>
    public static InferResponse Read(HttpResponseMessage response, byte[] body)
    {
        int length = LengthOf(response.Headers) ?? body.Length;
        if (length > body.Length) throw new InputException($"{BinaryExtension.LengthHeader} {length}", $"at most {body.Length}, the length of the body");
        var answer = JsonSerializer.Deserialize(body.AsSpan(0, length), OpenInferenceJson.Default.InferResponse);
        return answer?.Outputs is { } outputs ? answer with { Outputs = BinaryExtension.Fill(outputs, body.AsMemory(length)) } : throw new JsonException("no outputs");
    }

    static void WriteJson(Utf8JsonWriter writer, InferRequest request)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("parameters");
        foreach (var (name, value) in request.Parameters ?? new Dictionary<string, JsonValue>())
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }

        writer.WriteBoolean(BinaryExtension.AllWantedParameter, true);
        writer.WriteEndObject();
        writer.WriteStartArray("inputs");
        foreach (var input in request.Inputs) BinaryExtension.WriteDescription(writer, input);
        writer.WriteEndArray();
        if (request.Outputs is { Count: > 0 } outputs)
        {
            writer.WriteStartArray("outputs");
            foreach (var output in outputs)
            {
                writer.WriteStartObject();
                writer.WriteString("name", output.Name);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    static int? LengthOf(HttpResponseHeaders headers) => !headers.TryGetValues(BinaryExtension.LengthHeader, out var values) ? null
        : int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length
        : throw new InputException($"{BinaryExtension.LengthHeader} '{values.First()}'", "the number of bytes of the JSON part");

    /// <summary>A body that is written.</summary>
    sealed record Written(ReadOnlyMemory<byte> Bytes, string JsonLength);
}
