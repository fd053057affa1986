using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Takt.Protocols.Problems;
using Takt.Serving.Catalogs;

namespace Takt.Serving.Statistics;

/// <summary>
/// Counts what the data plane does: as instruments of the meter <c>Takt.Serving</c> for whoever listens, and as a picture for pages.
/// Names that callers made up never become labels, so nobody can fill the memory with them.
/// </summary>
public sealed class ServingStatistics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Takt.Serving";

    /// <summary>0.1 ms to 10 s: a small dense network answers in a tenth of a millisecond, an explained batch of thousands in seconds.</summary>
    static readonly InstrumentAdvice<double> Durations = new() { HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    readonly ConcurrentDictionary<(string Model, int Version), VersionCounts> _versions = new();
    readonly Counter<long> _requests, _failures, _rows, _loads;
    readonly Histogram<double> _duration, _loadDuration;
    readonly UpDownCounter<long> _active;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Makes and owns the meter.</param>
    public ServingStatistics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _requests = meter.CreateCounter<long>("takt.serving.requests", "{request}", "Requests answered by a model, failures included");
        _failures = meter.CreateCounter<long>("takt.serving.failures", "{request}", "Requests that got no answer, by reason");
        _rows = meter.CreateCounter<long>("takt.serving.rows", "{row}", "Rows in the requests that were answered");
        _loads = meter.CreateCounter<long>("takt.serving.loads", "{load}", "Model versions loaded into memory");
        _loadDuration = meter.CreateHistogram("takt.serving.load.duration", "s", "Time to load a model version", null, Durations);
        _duration = meter.CreateHistogram("takt.serving.duration", "s", "Time of a request in the data plane, by phase: wait (find the version, load it), compute, total", null, Durations);
        _active = meter.CreateUpDownCounter<long>("takt.serving.active", "{request}", "Requests in the data plane now");
    }

    /// <summary>The picture of now, by model and version.</summary>
    public IReadOnlyList<VersionStatistics> Snapshot() =>
        [.. _versions.OrderBy(v => v.Key.Model, StringComparer.Ordinal).ThenBy(v => v.Key.Version).Select(v => v.Value.Snapshot(v.Key.Model, v.Key.Version))];

    internal CallStatistics Begin(TimeProvider clock)
    {
        _active.Add(1);
        return new CallStatistics(this, clock);
    }

    internal void Loaded(string model, int version, TimeSpan took)
    {
        _loads.Add(1, Tag("model", model), Tag("version", version));
        _loadDuration.Record(took.TotalSeconds, Tag("model", model), Tag("version", version));
    }

    internal void Succeeded(string model, int version, int rows, TimeSpan wait, TimeSpan compute, DateTimeOffset now)
    {
        KeyValuePair<string, object?> modelTag = Tag("model", model), versionTag = Tag("version", version);
        _requests.Add(1, modelTag, versionTag);
        _rows.Add(rows, modelTag, versionTag);
        _duration.Record(wait.TotalSeconds, modelTag, versionTag, Tag("phase", "wait"));
        _duration.Record(compute.TotalSeconds, modelTag, versionTag, Tag("phase", "compute"));
        _duration.Record((wait + compute).TotalSeconds, modelTag, versionTag, Tag("phase", "total"));
        Of(model, version).Succeeded(rows, wait + compute, now);
    }

    internal void Failed(string? model, int version, FailureReason reason, string message, DateTimeOffset now)
    {
        KeyValuePair<string, object?> modelTag = Tag("model", model ?? ""), versionTag = Tag("version", model is null ? "" : version);
        _requests.Add(1, modelTag, versionTag);
        _failures.Add(1, modelTag, versionTag, Tag("reason", reason.ToWire()));
        if (model is not null) Of(model, version).Failed(reason, message, now);
    }

    internal void Ended() => _active.Add(-1);

    internal void Forget(string model, int version) => _versions.TryRemove((model, version), out _);

    VersionCounts Of(string model, int version) => _versions.GetOrAdd((model, version), _ => new VersionCounts());

    static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}

/// <summary>Why a request got no answer.</summary>
public enum FailureReason
{
    /// <summary>The request was wrong.</summary>
    BadInput,

    /// <summary>There is no such model, alias or version.</summary>
    UnknownModel,

    /// <summary>The package does not load.</summary>
    Unavailable,

    /// <summary>The caller went away.</summary>
    Cancelled,

    /// <summary>The model failed.</summary>
    Failed,
}

static class FailureReasons
{
    public static string ToWire(this FailureReason reason) => reason switch
    {
        FailureReason.BadInput => "bad_input",
        FailureReason.UnknownModel => "unknown_model",
        FailureReason.Unavailable => "unavailable",
        FailureReason.Cancelled => "cancelled",
        _ => "failed",
    };

    public static FailureReason Of(Exception error) => error switch
    {
        UnknownModelException => FailureReason.UnknownModel,
        InputException => FailureReason.BadInput,
        ModelUnavailableException => FailureReason.Unavailable,
        OperationCanceledException => FailureReason.Cancelled,
        _ => FailureReason.Failed,
    };
}
