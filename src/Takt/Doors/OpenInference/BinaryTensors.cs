using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Doors.Bodies;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;

namespace Takt.Doors.OpenInference;

/// <summary>The binary tensor extension at this door: see <see cref="BinaryExtension"/>.</summary>
static class BinaryTensors
{
    /// <summary>The length of the JSON part, or null if the whole body is JSON.</summary>
    /// <exception cref="InputException">The header is no number from 0.</exception>
    public static int? LengthOf(HttpRequest request) => request.Headers[BinaryExtension.LengthHeader] is not [{ } text, ..] ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length
        : throw new InputException($"{BinaryExtension.LengthHeader} '{text}'", "the number of bytes of the JSON part");

    /// <summary>A request without any JSON: the bytes of the only input, as one row.</summary>
    /// <exception cref="InputException">The model has several inputs, more than one size is open, or the bytes do not fit.</exception>
    public static InferRequest Raw(ModelDescription model, ReadOnlyMemory<byte> bytes)
    {
        if (model.Inputs is not [var input]) throw new InputException($"raw bytes for a model of {model.Inputs.Count} inputs", "a model of one", "Describe the tensors in a JSON part");
        long[] shape = [.. input.Shape];
        if (shape is [-1, ..]) shape[0] = 1;
        int open = Array.IndexOf(shape, -1L);
        if (open >= 0 && Array.LastIndexOf(shape, -1L) != open) throw new InputException("raw bytes for an input of several open sizes", "at most one", "Describe the tensor in a JSON part");
        if (open >= 0)
        {
            shape[open] = 1;
            long row = shape.Aggregate((long)Math.Max(1, input.Type.Size()), (product, size) => product * size);
            shape[open] = row > 0 ? bytes.Length / row : 0;
        }

        return new InferRequest([WireTensors.Read(input.Name, input.Type.WireName(), shape, bytes)], Parameters: new Dictionary<string, JsonValue> { [BinaryExtension.AllWantedParameter] = JsonValue.Create(true) });
    }

    /// <summary>Which outputs are wanted as bytes. What is said of one output counts more than what is said of all.</summary>
    public static Func<InferTensor, bool> WantedBy(InferRequest request)
    {
        bool all = Truth(request.Parameters, BinaryExtension.AllWantedParameter) ?? false;
        if (request.Outputs is not { Count: > 0 } outputs) return output => all || MustBeBytes(output);
        var single = new Dictionary<string, bool>(outputs.Count);
        foreach (var output in outputs) single[output.Name] = Truth(output.Parameters, BinaryExtension.WantedParameter) ?? all;
        return output => single.GetValueOrDefault(output.Name, all) || MustBeBytes(output);
    }

    /// <summary>Writes an answer of which some outputs are bytes.</summary>
    public static Task WriteAsync(HttpResponse http, InferResponse response, InferHead asked)
    {
        long bytes = 0;
        foreach (var output in response.Outputs)
            if (asked.IsBinary(output)) bytes += WireTensors.LengthOf(output);
        var head = asked.Answer(response);
        http.ContentType = BinaryExtension.ContentType;
        http.Headers[BinaryExtension.LengthHeader] = head.Length; // of the body as it is before packing
        if (PackedBody.IsLong(head.Text.Length + bytes) && PackedBody.EncodingFor(http.HttpContext.Request) is not null)
        {
            var whole = new ArrayBufferWriter<byte>(checked((int)(head.Text.Length + bytes)));
            whole.Write(head.Text);
            foreach (var output in response.Outputs)
                if (asked.IsBinary(output)) WireTensors.Write(output, whole);
            return PackedBody.WriteAsync(http, whole.WrittenSpan);
        }

        http.ContentLength = head.Text.Length + bytes;
        http.BodyWriter.Write(head.Text);
        foreach (var output in response.Outputs)
            if (asked.IsBinary(output)) WireTensors.Write(output, http.BodyWriter);
        return http.BodyWriter.FlushAsync(CancellationToken.None).AsTask(); // ends by itself when the caller goes, and is no failure then
    }

    /// <summary>Writes the JSON part of such an answer.</summary>
    public static void WriteJson(Utf8JsonWriter writer, InferResponse response, Func<InferTensor, bool> wanted)
    {
        writer.WriteStartObject();
        writer.WriteString("model_name", response.ModelName);
        writer.WriteString("model_version", response.ModelVersion);
        if (response.Id is { } id) writer.WriteString("id", id);
        writer.WriteStartArray("outputs");
        foreach (var output in response.Outputs)
        {
            if (wanted(output)) BinaryExtension.WriteDescription(writer, output);
            else JsonSerializer.Serialize(writer, output, OpenInferenceJson.Default.InferTensor);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Half precision has no agreed form in JSON.</summary>
    static bool MustBeBytes(InferTensor output) => output.Type is TensorType.Fp16 or TensorType.Bf16;

    static bool? Truth(IReadOnlyDictionary<string, JsonValue>? parameters, string name) =>
        parameters is not null && parameters.TryGetValue(name, out var value) && value.TryGetValue(out bool truth) ? truth : null;
}
