using System.Text.Json.Serialization;

namespace Takt.Learning.Benchmarks;

/// <summary>How fast a workload ran; the form that the peers of the comparison print too.</summary>
/// <param name="Workload">Name of the workload.</param>
/// <param name="Phase"><c>train</c> or <c>infer</c>.</param>
/// <param name="Batch">Samples per step or call.</param>
/// <param name="Threads">Threads that shared the work.</param>
/// <param name="PerSecond">Samples per second at the median time.</param>
/// <param name="Milliseconds">Median time of a step or call.</param>
public sealed record Measurement(
    string Workload, string Phase, int Batch, int Threads,
    [property: JsonPropertyName("per_second")] double PerSecond,
    [property: JsonPropertyName("ms")] double Milliseconds);

/// <summary>What is measured of a workload.</summary>
public enum BenchmarkPhase
{
    /// <summary>A whole training step: forward, backward, optimiser.</summary>
    Train,

    /// <summary>A call of the compiled plan of the traced network.</summary>
    Infer,
}
