using Takt.Serving.Backends;
using Takt.Serving.Calls;

namespace Takt.Serving.Statistics;

/// <summary>The clock of one call, from its arrival to its answer.</summary>
sealed class CallStatistics(ServingStatistics statistics, TimeProvider clock) : IDisposable
{
    readonly long _start = clock.GetTimestamp();
    long _loaded;
    string? _model;
    int _version;

    public void Resolved(string model, int version) => (_model, _version) = (model, version);

    public void Loaded() => _loaded = clock.GetTimestamp();

    /// <summary>The phases of the call, which ends now.</summary>
    public CallTimes Times(BackendTimes inside)
    {
        var whole = clock.GetElapsedTime(_loaded);
        return inside.Compute == TimeSpan.Zero
            ? new CallTimes(clock.GetElapsedTime(_start, _loaded), default, default, whole, default)
            : new CallTimes(clock.GetElapsedTime(_start, _loaded), default, inside.Input, inside.Compute, whole - inside.Input - inside.Compute);
    }

    public void Succeeded(int rows) =>
        statistics.Succeeded(_model!, _version, rows, clock.GetElapsedTime(_start, _loaded), clock.GetElapsedTime(_loaded), clock.GetUtcNow());

    public void Failed(Exception error) =>
        statistics.Failed(_model, _version, FailureReasons.Of(error), error.Message, clock.GetUtcNow());

    public void Dispose() => statistics.Ended();
}
