using Takt.Monitoring.Lines;
using Takt.Protocols.Rows;

namespace Takt.Monitoring.Monitors;

/// <summary>Turns a stream of probabilities into events and, where the truth is known, keeps score. Plain state: no clock, no waiting; samples come in order.</summary>
sealed class FaultWatch(MonitorOptions options, bool truthKnown)
{
    readonly Persistence _persistence = new(options.Required, options.Of);
    readonly List<MonitorEvent> _events = [];
    readonly List<(double Seconds, long Cycles)> _delays = [];
    MonitorEvent? _open;
    Fault? _fault;
    int _raised, _missed, _falseAlarms;
    long _watchedFrom = -1;

    /// <summary>A real fault: found or not, and how many cycles it has been over (an event within the window after it still counts as found).</summary>
    sealed class Fault(GroundTruth truth, DateTimeOffset onset)
    {
        public GroundTruth Truth => truth;
        public DateTimeOffset Onset => onset;
        public bool Found { get; set; }
        public int Over { get; set; }
    }

    /// <summary>The last events, the newest first.</summary>
    public IReadOnlyList<MonitorEvent> Events => [.. _events.AsEnumerable().Reverse()];

    public MonitorScore Score => new(
        _delays.Count + _missed, _delays.Count, _missed, _falseAlarms,
        _delays.Count == 0 ? null : _delays.Average(delay => delay.Seconds),
        _delays.Count == 0 ? null : _delays.Average(delay => delay.Cycles));

    /// <summary>One machine cycle with what the model said of it.</summary>
    /// <returns>The reading, and the event that it raised, changed or ended, if any.</returns>
    public (MonitorReading Reading, MonitorEvent? Changed) Take(LineSample sample, double probability, double threshold, Explanation? explanation)
    {
        if (_watchedFrom < 0) _watchedFrom = sample.Cycle;
        FollowTruth(sample);
        bool flagged = _persistence.Take(probability >= threshold);
        var before = _open;
        var after = flagged ? before is null ? Open(sample, probability, explanation) : Continue(probability)
            : before is null ? null : Close(sample);
        var reading = new MonitorReading(sample.Cycle, sample.Time, probability, flagged, explanation, sample.Truth?.Kind);
        return (reading, ReferenceEquals(before, after) ? null : after);
    }

    void FollowTruth(LineSample sample)
    {
        if (sample.Truth is { } truth)
        {
            if (_fault?.Truth.Onset == truth.Onset) return;
            EndFault();
            _fault = new Fault(truth, sample.Time);
        }
        else if (_fault is not null && ++_fault.Over > options.Of)
        {
            EndFault();
        }
    }

    void EndFault()
    {
        if (_fault is { Found: false }) _missed++;
        _fault = null;
    }

    MonitorEvent Open(LineSample sample, double probability, Explanation? explanation)
    {
        _open = new MonitorEvent(++_raised, sample.Time, sample.Cycle, End: null, probability, probability, explanation, null, null, null, null);
        _events.Add(_open);
        if (_events.Count > options.EventsKept) _events.RemoveAt(0);
        return Attribute();
    }

    MonitorEvent Continue(double probability)
    {
        if (probability > _open!.Peak) Replace(_open with { Peak = probability });
        return Attribute();
    }

    MonitorEvent Close(LineSample sample)
    {
        bool? falseAlarm = truthKnown ? _open!.Truth is null : null;
        if (falseAlarm == true) _falseAlarms++;
        var closed = Replace(_open! with { End = sample.Time, FalseAlarm = falseAlarm });
        _open = null;
        return closed;
    }

    /// <summary>Gives the open event the fault that is really there, once. A flag raised just before the onset has no delay; nobody is late for what began before the watch.</summary>
    MonitorEvent Attribute()
    {
        if (_fault is not { Found: false } fault || _open!.Truth is not null) return _open!;
        fault.Found = true;
        var delay = (Seconds: Math.Max(0, (_open.Start - fault.Onset).TotalSeconds), Cycles: Math.Max(0, _open.StartCycle - Math.Max(fault.Truth.Onset, _watchedFrom)));
        _delays.Add(delay);
        return Replace(_open with { Truth = fault.Truth.Kind, DelaySeconds = delay.Seconds, DelayCycles = delay.Cycles });
    }

    MonitorEvent Replace(MonitorEvent changed)
    {
        int at = _events.FindLastIndex(e => e.Id == changed.Id);
        if (at >= 0) _events[at] = changed;
        return _open = changed;
    }
}
