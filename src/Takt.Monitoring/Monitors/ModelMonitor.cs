using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Signals;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Serving.Calls;
using Takt.Serving.Planes;

namespace Takt.Monitoring.Monitors;

/// <summary>Asks a two-class model about every cycle of a line, in the background, and raises an event when it persistently sees a fault.</summary>
/// <remarks>A model that cannot answer does not stop the line: <see cref="Problem"/> says what is wrong, and the next cycle is tried again.</remarks>
public sealed class ModelMonitor
{
    readonly LineWatch _line;
    readonly DataPlane _plane;
    readonly ModelReference _model;
    readonly ILogger<ModelMonitor> _log;
    readonly FaultWatch _watch;
    readonly Queue<JsonObject> _window = [];
    readonly Lock _lock = new();
    (ModelDescription Description, SignalBinding Binding)? _bound;
    MonitorState _state;

    /// <summary>A monitor; it watches once <see cref="RunAsync"/> runs.</summary>
    /// <param name="options">The model and when to speak.</param>
    /// <param name="line">The line whose signals it takes.</param>
    /// <param name="plane">Where models answer.</param>
    /// <param name="log">Told when the model stops or starts answering.</param>
    public ModelMonitor(MonitorOptions options, LineWatch line, DataPlane plane, ILogger<ModelMonitor> log)
    {
        (Options, _line, _plane, _log) = (options, line, plane, log);
        _model = ModelReference.Parse(options.Model);
        _watch = new FaultWatch(options, line.TruthKnown);
        _state = new MonitorState(null, null, null, [], _watch.Score, null);
        Recent = new RecentValues<MonitorReading>(options.ReadingsKept);
    }

    /// <summary>What it watches and when it speaks.</summary>
    public MonitorOptions Options { get; }

    /// <summary>Every reading, as it comes.</summary>
    public SignalBus<MonitorReading> Readings { get; } = new();

    /// <summary>Every event when it is raised, changed and ended.</summary>
    public SignalBus<MonitorEvent> Changes { get; } = new();

    /// <summary>The last readings, for charts.</summary>
    public RecentValues<MonitorReading> Recent { get; }

    /// <summary>What it knows now; a picture that does not change any more.</summary>
    public MonitorState State
    {
        get
        {
            lock (_lock) return _state;
        }
    }

    /// <summary>Watches until it is stopped.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var samples = _line.Samples.Subscribe();
        await foreach (var sample in samples.ReadAllAsync(stop)) await TakeAsync(sample, stop);
    }

    /// <summary>One cycle: asks the model and follows up on its answer.</summary>
    internal async Task TakeAsync(LineSample sample, CancellationToken stop)
    {
        try
        {
            // Described anew each cycle: the alias may lead to another version by now, with other inputs and another threshold.
            var (description, version) = await _plane.DescribeAsync(_model, stop);
            if (_bound?.Description != description) Bind(description);
            var row = _bound!.Value.Binding.Row(sample);
            _window.Enqueue(row);
            while (_window.Count > description.WindowLength) _window.Dequeue();
            if (_window.Count < description.WindowLength) return;
            var answer = await _plane.PredictAsync(new CallContext(_model) { Door = RequestDoors.Monitor, Stop = stop }, new RowsRequest([.. _window], Explain: true));
            Follow(sample, answer.Response.Predictions[^1], description.Threshold ?? 0.5, version);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            if (State.Problem is null) _log.LogWarning("Monitor {Monitor} gets no answer from {Model}: {Problem}", Options.Name, _model, error.Message);
            lock (_lock) _state = _state with { Problem = error is InputException or ModelUnavailableException ? error.Message : $"{_model} failed to answer" };
        }
    }

    void Bind(ModelDescription description)
    {
        if (description.PositiveClass is null)
            throw new InputException($"model '{_model}' of task {description.Task}", "a model of two classes, one of them the fault", "Choose a model whose target says whether there is a fault");
        _bound = (description, new SignalBinding(_line, description));
        _window.Clear();
    }

    void Follow(LineSample sample, RowPrediction prediction, double threshold, int version)
    {
        double probability = prediction.Probability ?? throw new InvalidOperationException($"{_model} gave no probability");
        var (reading, changed) = _watch.Take(sample, probability, threshold, prediction.Explanation);
        lock (_lock)
        {
            if (_state.Problem is not null) _log.LogInformation("Monitor {Monitor} gets answers from {Model} again", Options.Name, _model);
            _state = new MonitorState(version, threshold, reading, _watch.Events, _watch.Score, Problem: null);
        }

        Recent.Add(reading);
        Readings.Publish(reading);
        if (changed is not null) Changes.Publish(changed);
    }
}

/// <summary>What a monitor knows at one moment.</summary>
/// <param name="Version">The model version that answered last; null before the first answer.</param>
/// <param name="Threshold">Probability from which a reading counts as a fault; null before the first answer.</param>
/// <param name="Latest">The last reading; null before the first answer.</param>
/// <param name="Events">The last events, the newest first.</param>
/// <param name="Score">How it did against the truth so far.</param>
/// <param name="Problem">Why the model does not answer; null while it does.</param>
public sealed record MonitorState(
    int? Version, double? Threshold, MonitorReading? Latest, IReadOnlyList<MonitorEvent> Events, MonitorScore Score, string? Problem)
{
    /// <summary>The event that lasts, or null.</summary>
    public MonitorEvent? Open => Events.FirstOrDefault(e => e.End is null);
}
