using System.Diagnostics;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Requests;
using Takt.Serving.Statistics;

namespace Takt.Serving.Traces;

/// <summary>The span of one call that is traced, and those of its phases.</summary>
sealed class CallTrace(ActivitySource source, Activity span, DateTimeOffset start, bool withTensors)
{
    /// <summary>Loading shorter than this is looking up: no phase of its own.</summary>
    static readonly TimeSpan ShortestLoad = TimeSpan.FromMilliseconds(1);

    /// <summary>The call was answered: its phases, one after the other as they were.</summary>
    /// <param name="call">The call.</param>
    /// <param name="model">Who answered.</param>
    /// <param name="version">Its version.</param>
    /// <param name="times">How long each phase took.</param>
    /// <param name="redact">Names whose values the deployment keeps out of what is written down; they are kept out of traces, too.</param>
    public void Answered(Call call, string model, int version, CallTimes times, IReadOnlyList<string> redact)
    {
        Name(model, version);
        span.SetTag("takt.rows", call.Rows);
        if (withTensors) TensorTags.Set(span, call, new Redaction(redact, call.Model));
        if (times.Load >= ShortestLoad) Phase("load", start, times.Load);
        var at = start + times.Load;
        at = Phase("queue", at, times.Queue);
        at = Phase("pipeline", at, times.Input);
        at = Phase("compute", at, times.Compute, call.Together);
        at = Phase("output", at, times.Output);
        End(at);
    }

    /// <summary>The call got no answer. What was wrong with a request names the caller's values, so it is told only where those are.</summary>
    public void Failed(string model, int? version, FailureReason reason, Exception failure, TimeSpan took, IReadOnlyList<string> redact)
    {
        Name(model, version);
        span.SetTag("error.type", reason.ToWire());
        span.SetStatus(ActivityStatusCode.Error, reason != FailureReason.BadInput || (withTensors && redact.Count == 0) ? failure.Message : null);
        End(start + took);
    }

    void Name(string model, int? version)
    {
        span.DisplayName = $"predict {model}";
        span.SetTag("takt.model", model);
        if (version is { } number) span.SetTag("takt.version", number);
    }

    DateTimeOffset Phase(string name, DateTimeOffset from, TimeSpan took, int together = 0)
    {
        if (took <= TimeSpan.Zero) return from; // nothing, or not told apart from computing
        using var phase = source.StartActivity(name, ActivityKind.Internal, span.Context, startTime: from);
        if (together > 0) phase?.SetTag("takt.batch.requests", together);
        phase?.SetEndTime((from + took).UtcDateTime);
        return from + took;
    }

    void End(DateTimeOffset end)
    {
        span.SetEndTime(end.UtcDateTime);
        span.Dispose();
    }
}
