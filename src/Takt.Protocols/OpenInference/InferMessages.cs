using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>A request for inference: <c>POST /v2/models/{model}/infer</c>.</summary>
/// <param name="Inputs">The tensors that the model takes.</param>
/// <param name="Id">Echoed in the answer.</param>
/// <param name="Parameters">Passed along; unknown ones are ignored.</param>
/// <param name="Outputs">The outputs wanted; null or empty = all.</param>
public sealed record InferRequest(
    [property: JsonPropertyName("inputs")] IReadOnlyList<InferTensor> Inputs,
    [property: JsonPropertyName("id")] string? Id = null,
    [property: JsonPropertyName("parameters"), JsonConverter(typeof(ParametersConverter))] IReadOnlyDictionary<string, JsonValue>? Parameters = null,
    [property: JsonPropertyName("outputs")] IReadOnlyList<RequestedOutput>? Outputs = null);

/// <summary>An output that is wanted.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parameters">What else was said about it, or null.</param>
public sealed record RequestedOutput(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("parameters"), JsonConverter(typeof(ParametersConverter))] IReadOnlyDictionary<string, JsonValue>? Parameters = null);

/// <summary>The answer to an <see cref="InferRequest"/>.</summary>
/// <param name="ModelName">The model that answered.</param>
/// <param name="ModelVersion">Its version.</param>
/// <param name="Outputs">The outputs.</param>
/// <param name="Id">The request's id, if it had one.</param>
public sealed record InferResponse(
    [property: JsonPropertyName("model_name")] string ModelName,
    [property: JsonPropertyName("model_version")] string ModelVersion,
    [property: JsonPropertyName("outputs")] IReadOnlyList<InferTensor> Outputs,
    [property: JsonPropertyName("id"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id = null);
