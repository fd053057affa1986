using System.Diagnostics;

namespace Takt.Serving.Traces;

/// <summary>The trace of one request at a door. Its span begins, as of the request's arrival, once a call inside it is chosen: until then it costs nothing but this.</summary>
/// <param name="name">What is asked: <c>POST /v2/models/{model}/infer</c>.</param>
/// <param name="caller">The caller's own span; default = it has none.</param>
/// <param name="arrived">When the request came.</param>
public sealed class RequestTrace(string name, ActivityContext caller, DateTimeOffset arrived)
{
    static readonly AsyncLocal<RequestTrace?> s_current = new();

    readonly Lock _gate = new();

    /// <summary>The request that this flow of work belongs to; null = it came through no door, or nothing is traced.</summary>
    public static RequestTrace? Current { get => s_current.Value; set => s_current.Value = value; }

    /// <summary>Whether it was decided if the request is traced.</summary>
    public bool IsDecided { get; private set; }

    /// <summary>The door's span; null = none was begun.</summary>
    public Activity? Span { get; private set; }

    /// <summary>What the caller decided; null = it has no trace.</summary>
    internal bool? ByCaller => caller == default ? null : caller.TraceFlags.HasFlag(ActivityTraceFlags.Recorded);

    /// <summary>Notes the decision, and begins the span if need be.</summary>
    internal void Decide(bool isTraced, ActivitySource source)
    {
        lock (_gate)
        {
            IsDecided = true;
            if (!isTraced || Span is not null) return;
            var around = Activity.Current;
            Activity.Current = null; // a request without a caller's span is the root; what the web server itself keeps is sent nowhere
            Span = source.StartActivity(name, ActivityKind.Server, caller, startTime: arrived);
            Activity.Current = around;
        }
    }
}
