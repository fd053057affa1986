using System.Diagnostics;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Statistics;

namespace Takt.Serving.Traces;

/// <summary>The span of one call that is traced, and those of its phases.</summary>
sealed class CallTrace(ActivitySource source, Activity span, DateTimeOffset start, bool withTensors)
{
    /// <summary>Loading shorter than this is looking up: no phase of its own.</summary>
    static readonly TimeSpan ShortestLoad = TimeSpan.FromMilliseconds(1);

    /// <summary>The call was answered: its phases, one after the other as they were.</summary>
    public void Answered(Call call, string model, int version, CallTimes times)
    {
        Name(model, version);
        span.SetTag("takt.rows", call.Rows);
        if (withTensors) TensorTags.Set(span, call);
        if (times.Load >= ShortestLoad) Phase("load", start, times.Load);
        var at = start + times.Load;
        at = Phase("queue", at, times.Queue);
        at = Phase("pipeline", at, times.Input);
        at = Phase("compute", at, times.Compute, call.Together);
        at = Phase("output", at, times.Output);
        End(at);
    }

    /// <summary>The call got no answer.</summary>
    public void Failed(string model, int? version, FailureReason reason, Exception failure, TimeSpan took)
    {
        Name(model, version);
        span.SetTag("error.type", reason.ToWire());
        span.SetStatus(ActivityStatusCode.Error, failure.Message);
        End(start + took);
    }

    /// <summary>The call is traced elsewhere.</summary>
    public void Dropped()
    {
        span.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
        span.Dispose();
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
