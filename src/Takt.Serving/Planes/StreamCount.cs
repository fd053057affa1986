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
    readonly Tracing _tracing;
    readonly RequestLog? _requests;
    readonly CpuFlow _cpu;
    readonly long _start;
    readonly DateTimeOffset _begun;
    CallTrace? _trace;
    LoadedVersion? _version;
    DeploymentSpec? _spec;
    long _found;
    bool _over;

    public StreamCount(TensorsCall call, ServingStatistics statistics, Tracing tracing, RequestLog? requests, TimeProvider clock)
    {
        (_call, _statistics, _tracing, _requests, _clock, _start) = (call, statistics, tracing, requests, clock, clock.GetTimestamp());
        _cpu = new CpuFlow(clock);
        if (tracing.IsOn) _begun = clock.GetUtcNow();
        statistics.Begun();
    }

    /// <summary>Whether the call turned out to be one with a single answer, which is counted where it is computed.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>The version that answers, and which of its calls are written down; of their answers the pieces are not kept.</summary>
    public void Found(LoadedVersion version, DeploymentSpec spec)
    {
        (_version, _spec, _found) = (version, spec, _clock.GetTimestamp());
        BeginTrace();
    }

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
        _trace?.Answered(_call, _version!.Model, _version.Version.Number, times, _spec?.Log?.Redact ?? []);
        _requests?.Answered(_spec!, _call, _version!.Model, _version.Version.Number, times);
    }

    /// <summary>Nothing more will come. A stream that is left before its end was cancelled.</summary>
    public void End()
    {
        if (!IsElsewhere) Failed(new OperationCanceledException("The caller wanted no more pieces."));
        _statistics.Ended();
    }

    void Failed(Exception failure)
    {
        if (_over) return;
        _over = true;
        var reason = FailureReasons.Of(failure);
        var took = _clock.GetElapsedTime(_start);
        if (_version is null) _statistics.Lost(reason, failure is ModelUnavailableException ? _call.Context.Model.Name : null, _clock.GetUtcNow());
        else Counts(_version).Failed(reason, Redaction.MessageOf(failure, _spec!.Log), took, _clock.GetUtcNow());
        if (_version is null) BeginTrace();
        _trace?.Failed(_call.Context.Model.Name, _version?.Version.Number, reason, failure, took, _spec?.Log?.Redact ?? []);
        if (_spec is { Log: not null }) _requests?.Failed(_spec, _call, _version!.Model, _version.Version.Number, failure, new CallTimes(_clock.GetElapsedTime(_start, _found), default, default, _clock.GetElapsedTime(_found), default));
    }

    /// <summary>Asked once a call, and not for one that is counted elsewhere: the sampler counts those that it is asked about.</summary>
    void BeginTrace() => _trace = _tracing.IsOn ? _tracing.Begin(_call.Context.Model.Name, _begun) : null;

    VersionCounts Counts(LoadedVersion version) => _statistics.Of(version.Model, version.Version.Number);
}
