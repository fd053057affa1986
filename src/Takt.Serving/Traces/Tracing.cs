using System.Collections.Concurrent;
using System.Diagnostics;

namespace Takt.Serving.Traces;

/// <summary>
/// Spans of calls, from the door through queue and pipeline to the graph: activities of the source <c>Takt.Serving</c>, for whoever listens.
/// Chosen per model; while nothing is traced a call costs one look at <see cref="IsOn"/>.
/// </summary>
public sealed class Tracing : IDisposable
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "Takt.Serving";

    static readonly TraceSettings Nothing = new(TraceLevels.Off, 1, -1);

    readonly ActivitySource _source = new(SourceName);
    readonly Lock _gate = new();
    readonly ConcurrentDictionary<string, (TraceSettings Own, TraceSampler Sampler)> _models = new();
    readonly TraceSettings _start;
    TraceSettings _server = new();
    volatile TraceSampler _sampler;
    volatile bool _isOn;

    /// <summary>Makes the source.</summary>
    /// <param name="start">What is traced until somebody says otherwise; null = nothing, and no one listens.</param>
    public Tracing(TraceSettings? start = null)
    {
        IsHeard = start is not null;
        _start = start?.Over(Nothing with { Level = TraceLevels.Timestamps }) ?? Nothing;
        _sampler = new TraceSampler(_start);
        Settle();
    }

    /// <summary>Whether spans go anywhere.</summary>
    public bool IsHeard { get; }

    /// <summary>Whether any call may be traced.</summary>
    public bool IsOn => _isOn;

    /// <summary>What holds for a model now; null = for all that have no settings of their own. The count is what is left of it; where nobody listens nothing is traced, whatever was said.</summary>
    public TraceSettings Of(string? model) => IsHeard ? SamplerOf(model).Now : SamplerOf(model).Now with { Level = TraceLevels.Off };

    /// <summary>Changes the settings of a model, or of all that have none of their own. Counting begins anew.</summary>
    /// <param name="model">The model; null = the server.</param>
    /// <param name="settings">The new ones; a null in them means what is said further out.</param>
    public void Change(string? model, TraceSettings settings)
    {
        lock (_gate)
        {
            if (model is null)
            {
                _server = settings;
                _sampler = new TraceSampler(_server.Over(_start));
                foreach (string name in _models.Keys.ToArray()) Put(name, _models[name].Own);
            }
            else
            {
                Put(model, settings);
            }

            Settle();
        }
    }

    /// <summary>Traces a request that no model has seen, if it is one of those that are.</summary>
    public void Refused(RequestTrace request)
    {
        if (!request.IsDecided) request.Decide(_sampler.Takes(request.ByCaller), _source);
    }

    /// <inheritdoc/>
    public void Dispose() => _source.Dispose();

    /// <summary>Begins the trace of a call; null if it is not one of those that are traced.</summary>
    internal CallTrace? Begin(string model, DateTimeOffset now)
    {
        if (!_isOn) return null;
        var sampler = SamplerOf(model);
        var request = RequestTrace.Current;
        bool isTraced = sampler.Takes(request?.ByCaller);
        request?.Decide(isTraced, _source);
        if (!isTraced) return null;
        return _source.StartActivity("predict", ActivityKind.Internal, request?.Span?.Context ?? default, startTime: now) is { } span
            ? new CallTrace(_source, span, now, withTensors: sampler.Level.HasFlag(TraceLevels.Tensors))
            : null;
    }

    TraceSampler SamplerOf(string? model) => model is not null && _models.TryGetValue(model, out var own) ? own.Sampler : _sampler;

    void Put(string model, TraceSettings own)
    {
        if (own == new TraceSettings()) _models.TryRemove(model, out _);
        else _models[model] = (own, new TraceSampler(own.Over(_server).Over(_start)));
    }

    void Settle() => _isOn = IsHeard && (_sampler.Level != TraceLevels.Off || _models.Values.Any(own => own.Sampler.Level != TraceLevels.Off));
}
