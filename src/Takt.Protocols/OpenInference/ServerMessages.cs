using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>Who answers: <c>GET /v2</c>.</summary>
/// <param name="Name">Name of the server.</param>
/// <param name="Version">Its version.</param>
/// <param name="Extensions">The extensions it knows.</param>
public sealed record ServerMetadata(string Name, string Version, IReadOnlyList<string> Extensions);

/// <summary>The models there are: <c>GET /v2/models</c>.</summary>
/// <param name="Models">Their names, sorted.</param>
public sealed record ModelList(IReadOnlyList<string> Models);

/// <summary>What a model takes and gives: <c>GET /v2/models/{model}</c>.</summary>
/// <param name="Name">The model.</param>
/// <param name="Versions">Its versions, oldest first.</param>
/// <param name="Platform">Kind of the model file.</param>
/// <param name="Inputs">The tensors it takes.</param>
/// <param name="Outputs">The tensors it gives.</param>
/// <param name="Properties">More about it, text by name.</param>
public sealed record ModelMetadata(
    string Name, IReadOnlyList<string> Versions, string Platform, IReadOnlyList<TensorMetadata> Inputs, IReadOnlyList<TensorMetadata> Outputs,
    IReadOnlyDictionary<string, string> Properties);

/// <summary>Whether a model can answer: <c>GET /v2/models/{model}/ready</c>. Judge by the status code; the body is for people.</summary>
/// <param name="Name">The model.</param>
/// <param name="Ready">true whenever the status is 200.</param>
public sealed record ModelReady(string Name, bool Ready);

/// <summary>Whether the server runs: <c>GET /v2/health/live</c>.</summary>
/// <param name="Live">true whenever the status is 200.</param>
public sealed record ServerLive(bool Live);

/// <summary>Whether the server can answer: <c>GET /v2/health/ready</c>.</summary>
/// <param name="Ready">true whenever the status is 200.</param>
public sealed record ServerReady(bool Ready);

/// <summary>Every failure of the Open Inference Protocol.</summary>
/// <param name="Error">What went wrong, in one text.</param>
public sealed record InferError(string Error);

/// <summary>The protocol's messages for System.Text.Json.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InferRequest))]
[JsonSerializable(typeof(InferResponse))]
[JsonSerializable(typeof(ServerMetadata))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelMetadata))]
[JsonSerializable(typeof(ModelReady))]
[JsonSerializable(typeof(ServerLive))]
[JsonSerializable(typeof(ServerReady))]
[JsonSerializable(typeof(InferError))]
public sealed partial class OpenInferenceJson : JsonSerializerContext;
