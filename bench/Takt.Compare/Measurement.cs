using System.Text.Json.Serialization;

namespace Takt.Compare;

/// <summary>One line of what each side prints.</summary>
sealed record Measurement(
    string Workload, string Phase, int Batch, int Threads,
    [property: JsonPropertyName("per_second")] double PerSecond,
    [property: JsonPropertyName("ms")] double Milliseconds)
{
    /// <summary>What must be the same on both sides.</summary>
    [JsonIgnore]
    public (string, string, int, int) Key => (Workload, Phase, Batch, Threads);
}
