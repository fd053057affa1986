using Takt.Protocols.Deployments;
using Takt.Serving.Backends;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Energy;
using Takt.Serving.Requests;
using Takt.Serving.Statistics;
using Takt.Serving.Traces;

namespace Takt.Serving.Planes;

/// <summary>Counts, traces and writes down one call whose answer comes in pieces: from its arrival to its last piece, to a failure, or to the moment when the caller wanted no more.</summary>
sealed class StreamCount
{
    readonly TensorsCall _call;
    readonly ServingStatistics _statistics;
    readonly TimeProvider _clock;
    readonly CallTrace? _trace;
    readonly RequestLog? _requests;
    readonly CpuFlow _cpu;
    readonly long _start;
    LoadedVersion? _version;
    RequestLogSpec? _log;
    long _found;
    bool _over;

    public StreamCount(TensorsCall call, ServingStatistics statistics, Tracing tracing, RequestLog? requests, TimeProvider clock)
    {
        (_call, _statistics, _requests, _clock, _start) = (call, statistics, requests, clock, clock.GetTimestamp());
        _cpu = new CpuFlow(clock);
        _trace = tracing.IsOn ? tracing.Begin(call.Context.Model.Name, clock.GetUtcNow()) : null;
        statistics.Begun();
    }

    /// <summary>Whether the call turned out to be one with a single answer, which is counted where it is computed.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>The version that answers, and which of its calls are written down; of their answers the pieces are not kept.</summary>
    public void Found(LoadedVersion version, RequestLogSpec? log) => (_version, _log, _found) = (version, log, _clock.GetTimestamp());

    /// <summary>Does a part of the work; a failure is counted and goes on its way.</summary>
    public async Task<T> Watch<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure)
        {
            Failed(failure);
            throw;
        }
    }

    /// <summary>Lets the model make the next piece, if there is one. The CPU time of it is the version's, well or not.</summary>
    public Task<bool> NextAsync(IAsyncEnumerator<TensorsAnswer> pieces) => Watch(async () =>
    {
        try
        {
            return await _cpu.Measure(pieces.MoveNextAsync);
        }
        finally
        {
            Counts(_version!).Worked(_cpu.Take());
        }
    });

    /// <summary>The last piece was given.</summary>
    public void Answered()
    {
        if (_over) return;
        _over = true;
        var times = new CallTimes(_clock.GetElapsedTime(_start, _found), default, default, _clock.GetElapsedTime(_found), default);
        Counts(_version!).Answered(_call.Rows, times, _clock.GetUtcNow());
        _trace?.Answered(_call, _version!.Model, _version.Version.Number, times, _log?.Redact ?? []);
        if (_log is { } log) _requests?.Answered(log, _call, _version!.Model, _version.Version.Number, times);
    }

    /// <summary>Nothing more will come. A stream that is left before its end was cancelled.</summary>
    public void End()
    {
        if (!IsElsewhere) Failed(new OperationCanceledException("The caller wanted no more pieces."));
        else _trace?.Dropped();
        _statistics.Ended();
    }

    void Failed(Exception failure)
    {
        if (_over) return;
        _over = true;
        var reason = FailureReasons.Of(failure);
        var took = _clock.GetElapsedTime(_start);
        if (_version is null) _statistics.Lost(reason, failure is ModelUnavailableException ? _call.Context.Model.Name : null, _clock.GetUtcNow());
        else Counts(_version).Failed(reason, failure.Message, took, _clock.GetUtcNow());
        _trace?.Failed(_call.Context.Model.Name, _version?.Version.Number, reason, failure, took, _log?.Redact ?? []);
        if (_log is { } log) _requests?.Failed(log, _call, _version!.Model, _version.Version.Number, failure, new CallTimes(_clock.GetElapsedTime(_start, _found), default, default, _clock.GetElapsedTime(_found), default));
    }

    VersionCounts Counts(LoadedVersion version) => _statistics.Of(version.Model, version.Version.Number);
}
