using System.Text.Json;
using Takt.Client.Sending;
using Takt.Protocols.OpenInference;

namespace Takt.Client.Tensors;

/// <summary>Inference requests and answers as bodies.</summary>
static class InferBody
{
    public static Func<HttpContent> Write(InferRequest request) => Wire.Body(JsonSerializer.SerializeToUtf8Bytes(request, OpenInferenceJson.Default.InferRequest));

    public static InferResponse Read(HttpResponseMessage response, byte[] body) =>
        JsonSerializer.Deserialize(body, OpenInferenceJson.Default.InferResponse) ?? throw new JsonException("null");
}
