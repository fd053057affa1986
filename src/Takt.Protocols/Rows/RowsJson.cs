using System.Text.Json.Serialization;

namespace Takt.Protocols.Rows;

/// <summary>The rows messages for System.Text.Json: camelCase, the same text from every door and from the command line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RowsRequest))]
[JsonSerializable(typeof(RowsResponse))]
[JsonSerializable(typeof(RowPrediction))]
[JsonSerializable(typeof(IReadOnlyList<RowPrediction>))]
public sealed partial class RowsJson : JsonSerializerContext;
