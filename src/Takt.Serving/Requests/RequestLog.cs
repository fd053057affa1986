using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Deployments;
using Takt.Registry.Audits;
using Takt.Registry.Requests;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Deployments;
using Takt.Serving.Statistics;

namespace Takt.Serving.Requests;

/// <summary>
/// Takes a sample of the calls, as each model's deployment says, on its way to the database. It never makes a call wait: what does not fit into its bounded queue is
/// dropped and counted. Which calls are taken depends on their ids alone, so that a call is taken on every server, and its shadow with it.
/// </summary>
public sealed class RequestLog
{
    /// <summary>Calls that may wait to be written: seconds of a busy server.</summary>
    const int MostWaiting = 4096;

    /// <summary>Characters of a caller's id that are kept: three times as many as a UUID has.</summary>
    const int LongestId = 128;

    /// <summary>Bytes of payloads that may wait to be written.</summary>
    const long MostBytes = 64 << 20;

    readonly Channel<Entry> _waiting = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    readonly Counter<long> _written, _dropped;
    readonly TimeProvider _clock;
    readonly ILogger _logger;
    long _calls, _bytes, _failures;

    /// <summary>Puts the log together; somebody must read it, see <see cref="RequestLogWriter"/>.</summary>
    /// <param name="meters">Makes and owns the meter.</param>
    /// <param name="clock">The time.</param>
    /// <param name="log">Calls that could not be taken.</param>
    public RequestLog(IMeterFactory meters, TimeProvider clock, ILogger<RequestLog> log)
    {
        (_clock, _logger) = (clock, log);
        var meter = meters.Create(ServingStatistics.MeterName);
        _written = meter.CreateCounter<long>("takt.serving.log.written", "{request}", "Requests written to the request log");
        _dropped = meter.CreateCounter<long>("takt.serving.log.dropped", "{request}", "Requests that were to be written and are not, by reason: queue_full, capture (the payload could not be read), store (the database could not be written)");
    }

    /// <summary>What waits to be written.</summary>
    internal ChannelReader<Entry> Waiting => _waiting.Reader;

    /// <summary>A call was answered.</summary>
    internal void Answered(DeploymentSpec spec, Call call, string model, int version, CallTimes times)
    {
        if (spec.Log is { } log && Takes(log.Share, model, call)) Take(spec, log, call, model, version, LoggedRequest.Ok, null, times, Actor.Current, isShadow: false);
    }

    /// <summary>A call got no answer.</summary>
    internal void Failed(DeploymentSpec spec, Call call, string model, int? version, Exception error, CallTimes times)
    {
        if (spec.Log is { } log && Takes(log.Failures ?? log.Share, model, call))
            Take(spec, log, call, model, version, FailureReasons.Of(error).ToWire(), error.Message, times, Actor.Current, isShadow: false);
    }

    /// <summary>A call's repeat on a shadow is over.</summary>
    internal void Shadowed(DeploymentSpec spec, Call repeat, string model, int version, string caller, Exception? error, CallTimes times)
    {
        if (spec.Log is { } log && Takes(error is null ? log.Share : log.Failures ?? log.Share, model, repeat))
            Take(spec, log, repeat, model, version, error is null ? LoggedRequest.Ok : FailureReasons.Of(error).ToWire(), error?.Message, times, caller, isShadow: true);
    }

    /// <summary>Calls left the queue.</summary>
    internal void Wrote(IReadOnlyList<Entry> entries, bool well)
    {
        foreach (var entry in entries) Interlocked.Add(ref _bytes, -entry.Request.PayloadBytes);
        if (well) _written.Add(entries.Count);
        else _dropped.Add(entries.Count, new KeyValuePair<string, object?>("reason", "store"));
    }

    /// <summary>Nothing more will come.</summary>
    internal void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Whether a call is in the sample: those with ids by their ids, the others evenly.</summary>
    bool Takes(double share, string model, Call call) =>
        share > 0 && (share >= 1 || (call.Context.Id is { } id ? Spread.Of(model, id) : Spread.Of(Interlocked.Increment(ref _calls))) < share);

    void Take(DeploymentSpec spec, RequestLogSpec log, Call call, string model, int? version, string outcome, string? message, CallTimes times, string caller, bool isShadow)
    {
        if (_waiting.Reader.Count >= MostWaiting || Interlocked.Read(ref _bytes) >= MostBytes)
        {
            Drop("queue_full");
            return;
        }

        var (payload, state) = Capture(spec, log, call, message);
        var request = new LoggedRequest
        {
            At = _clock.GetUtcNow() - times.Total, Model = model, Version = version, Asked = call.Context.Model.ToString(), Door = call.Context.Door, Caller = caller,
            RequestId = Cut(call.Context.Id), Rows = call.Rows, Outcome = outcome, Shadow = isShadow,
            LoadMs = times.Load.TotalMilliseconds, QueueMs = times.Queue.TotalMilliseconds, InputMs = times.Input.TotalMilliseconds,
            ComputeMs = times.Compute.TotalMilliseconds, OutputMs = times.Output.TotalMilliseconds,
            Payload = state, PayloadBytes = payload?.Bytes ?? 0,
        };
        Interlocked.Add(ref _bytes, request.PayloadBytes);
        if (_waiting.Writer.TryWrite(new Entry(request, payload))) return;
        Interlocked.Add(ref _bytes, -request.PayloadBytes);
        Drop("queue_full");
    }

    /// <summary>Copies what the call brought and got, without what is redacted, while its memory is still there.</summary>
    (LoggedPayload? Payload, PayloadState State) Capture(DeploymentSpec spec, RequestLogSpec log, Call call, string? message)
    {
        if (!log.Payloads) return (null, PayloadState.None);
        long most = log.PayloadKiB * 1024L;
        if (call.Bytes > 8 * most) return (null, PayloadState.TooLarge); // what it takes in memory is an estimate, and nowhere near
        try
        {
            var redaction = new Redaction(log.Redact, call.Model, spec);
            var (form, input, output) = call.Capture(redaction);
            var payload = new LoggedPayload(form, input, output, redaction.IsNothing ? message : null, redaction.Found);
            return payload.Bytes <= most ? (payload, PayloadState.Kept) : (null, PayloadState.TooLarge);
        }
#pragma warning disable CA1031 // an answer that was computed must not be lost because it cannot be written down
        catch (Exception failure)
#pragma warning restore CA1031
        {
            if (Interlocked.Increment(ref _failures) == 1) _logger.LogWarning(failure, "The payload of a call to {Model} cannot be kept", call.Context.Model);
            Drop("capture");
            return (null, PayloadState.None);
        }
    }

    /// <summary>An id is the caller's to choose, and may be a book.</summary>
    static string? Cut(string? id) => id is null || id.Length <= LongestId ? id : id[..(char.IsHighSurrogate(id[LongestId - 1]) ? LongestId - 1 : LongestId)];

    void Drop(string reason) => _dropped.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A call on its way to the database.</summary>
    internal sealed record Entry(LoggedRequest Request, LoggedPayload? Payload);
}
