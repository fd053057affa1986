namespace Takt.Serving.Statistics;

/// <summary>How one version has fared since the server started.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version.</param>
public sealed record VersionStatistics(string Model, int Version)
{
    /// <summary>Requests, failures included.</summary>
    public long Requests => Success.Count + Failures;

    /// <summary>Requests that got no answer, refusals included.</summary>
    public long Failures => Fail.Count;

    /// <summary>Rows in the requests that were answered.</summary>
    public long Rows { get; init; }

    /// <summary>Calls of the model: requests that were computed together count once.</summary>
    public long Executions { get; init; }

    /// <summary>Answered requests, and their whole time in the data plane.</summary>
    public DurationSum Success { get; init; }

    /// <summary>Requests that got no answer, and their time.</summary>
    public DurationSum Fail { get; init; }

    /// <summary>Time that answered requests waited.</summary>
    public DurationSum Queue { get; init; }

    /// <summary>Time of preparation.</summary>
    public DurationSum Input { get; init; }

    /// <summary>Time of the graph.</summary>
    public DurationSum Compute { get; init; }

    /// <summary>Time from the graph's tensors to the answer.</summary>
    public DurationSum Output { get; init; }

    /// <summary>What the doors added to answered requests, from the arrival to the end of the response.</summary>
    public DurationSum Door { get; init; }

    /// <summary>CPU time of the model's computing, trials before it answered included.</summary>
    public TimeSpan Cpu { get; init; }

    /// <summary>Energy of that, in joules.</summary>
    public double Joules { get; init; }

    /// <summary>Joules of one answered row; null before the first.</summary>
    public double? JoulesPerRow => Rows == 0 ? null : Joules / Rows;

    /// <summary>Calls of the model by the rows they had, ascending.</summary>
    public IReadOnlyList<BatchStatistics> Batches { get; init; } = [];

    /// <summary>Refusals and failures by reason.</summary>
    public IReadOnlyDictionary<FailureReason, long> Reasons { get; init; } = new Dictionary<FailureReason, long>();

    /// <summary>Median time of the last answered requests in milliseconds, loading included; null before the first.</summary>
    public double? MedianMs { get; init; }

    /// <summary>99th percentile of the same.</summary>
    public double? P99Ms { get; init; }

    /// <summary>When the last request ended; null before the first.</summary>
    public DateTimeOffset? LastRequest { get; init; }

    /// <summary>What the last failure said, or null.</summary>
    public string? LastError { get; init; }

    /// <summary>When that was.</summary>
    public DateTimeOffset? LastErrorAt { get; init; }
}

/// <summary>How often something happened and how long it took in all.</summary>
/// <param name="Count">How often.</param>
/// <param name="Time">In all.</param>
public readonly record struct DurationSum(long Count, TimeSpan Time)
{
    /// <summary>Once more.</summary>
    internal DurationSum With(TimeSpan time) => new(Count + 1, Time + time);
}

/// <summary>Calls of the model that had one number of rows.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Input">Time of preparation.</param>
/// <param name="Compute">Time of the graph.</param>
/// <param name="Output">Time from the graph's tensors to the answer.</param>
public sealed record BatchStatistics(int Rows, DurationSum Input, DurationSum Compute, DurationSum Output);
