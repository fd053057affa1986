using System.Text.Json.Serialization;

namespace Takt.Protocols.OpenInference;

/// <summary>What a model takes or gives under one name.</summary>
/// <param name="Name">Name of the tensor.</param>
/// <param name="Type">Type of its elements.</param>
/// <param name="Shape">Its shape, the batch first; -1 = any size.</param>
public sealed record TensorMetadata(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("datatype")] TensorType Type,
    [property: JsonPropertyName("shape")] IReadOnlyList<long> Shape);
