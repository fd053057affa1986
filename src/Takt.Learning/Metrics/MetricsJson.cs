using System.Text.Json;
using System.Text.Json.Nodes;

namespace Takt.Learning.Metrics;

/// <summary>Metrics as JSON: names in camel case, an undefined value as null with its reason, never NaN.</summary>
public static class MetricsJson
{
    /// <summary>The options, for readers too.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never,
    };

    /// <summary>Metrics as a JSON object.</summary>
    /// <param name="metrics"><see cref="ClassificationMetrics"/>, <see cref="RegressionMetrics"/> or a part of them.</param>
    public static JsonNode ToJson<T>(T metrics) => JsonSerializer.SerializeToNode(metrics, Options)!;

    /// <summary>Reads metrics back.</summary>
    public static T FromJson<T>(JsonNode json) =>
        json.Deserialize<T>(Options) ?? throw new JsonException($"null instead of {typeof(T).Name}");
}
