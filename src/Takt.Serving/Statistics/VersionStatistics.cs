namespace Takt.Serving.Statistics;

/// <summary>How one version has fared since the server started.</summary>
/// <param name="Model">The model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Requests">Requests, failures included.</param>
/// <param name="Failures">Requests that got no answer.</param>
/// <param name="Rows">Rows in the requests that were answered.</param>
/// <param name="MedianMs">Median time of the last answered requests in milliseconds, loading included; null before the first.</param>
/// <param name="P99Ms">99th percentile of the same.</param>
/// <param name="LastRequest">When the last request ended; null before the first.</param>
/// <param name="LastError">What the last failure said, or null.</param>
/// <param name="LastErrorAt">When that was.</param>
public sealed record VersionStatistics(
    string Model, int Version, long Requests, long Failures, long Rows, double? MedianMs, double? P99Ms,
    DateTimeOffset? LastRequest, string? LastError, DateTimeOffset? LastErrorAt);

/// <summary>The running counts behind <see cref="VersionStatistics"/>.</summary>
sealed class VersionCounts
{
    /// <summary>Requests that percentiles look back on: ten lie beyond the 99th percentile, and a page sorts them in microseconds.</summary>
    const int Remembered = 1024;

    readonly Lock _gate = new();
    readonly double[] _milliseconds = new double[Remembered];
    long _answered, _failures, _rows;
    DateTimeOffset? _lastRequest, _lastErrorAt;
    string? _lastError;

    public void Succeeded(int rows, TimeSpan took, DateTimeOffset now)
    {
        lock (_gate)
        {
            _milliseconds[_answered++ % Remembered] = took.TotalMilliseconds;
            _rows += rows;
            _lastRequest = now;
        }
    }

    public void Failed(FailureReason reason, string message, DateTimeOffset now)
    {
        lock (_gate)
        {
            _failures++;
            _lastRequest = now;
            // A caller that went away is no error of the model; keep the one worth reading.
            if (reason != FailureReason.Cancelled) (_lastError, _lastErrorAt) = (message, now);
        }
    }

    public VersionStatistics Snapshot(string model, int version)
    {
        lock (_gate)
        {
            double[] recent = _milliseconds[..(int)Math.Min(_answered, Remembered)];
            Array.Sort(recent);
            return new VersionStatistics(model, version, _answered + _failures, _failures, _rows,
                Percentile(recent, 0.5), Percentile(recent, 0.99), _lastRequest, _lastError, _lastErrorAt);
        }
    }

    /// <summary>Nearest rank: the smallest value that at least this share does not exceed.</summary>
    static double? Percentile(double[] sorted, double share) =>
        sorted.Length == 0 ? null : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
}
