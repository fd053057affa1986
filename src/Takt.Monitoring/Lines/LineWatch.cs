using Takt.Monitoring.Assets;
using Takt.Monitoring.Monitors;
using Takt.Monitoring.Signals;

namespace Takt.Monitoring.Lines;

/// <summary>Where a line's samples come together: handed to readers, kept for charts, watched by monitors.</summary>
public sealed class LineWatch
{
    /// <summary>Without a sample for so long the line counts as stopped: ten cycles at the demo's speed, and beyond the pauses of a busy machine.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(5);

    readonly Dictionary<string, int> _indexes;
    volatile ModelMonitor[] _monitors = [];

    /// <summary>A line that nothing has been measured on yet.</summary>
    /// <param name="line">The line in the plant model.</param>
    /// <param name="path">Where it stands in the plant: names of enterprise, site and area.</param>
    /// <param name="settings">Names of its settings in words, for example <c>Product</c>.</param>
    /// <param name="truthKnown">Whether samples say what is really wrong (a simulated plant).</param>
    /// <param name="samplesKept">Samples kept for charts; default 1,200 (ten minutes at two cycles a second).</param>
    public LineWatch(Asset line, IReadOnlyList<string> path, IReadOnlyList<string> settings, bool truthKnown, int samplesKept = 1200)
    {
        (Line, Path, SettingNames, TruthKnown) = (line, path, settings, truthKnown);
        Signals = [.. line.AllSignals];
        _indexes = Signals.Select((signal, index) => (signal.Name, index)).ToDictionary(pair => pair.Name, pair => pair.index);
        Recent = new RecentValues<LineSample>(samplesKept);
    }

    /// <summary>The line in the plant model.</summary>
    public Asset Line { get; }

    /// <summary>Where it stands in the plant: names of enterprise, site and area.</summary>
    public IReadOnlyList<string> Path { get; }

    /// <summary>Its signals, in the order of a sample's values.</summary>
    public IReadOnlyList<Signal> Signals { get; }

    /// <summary>Names of its settings in words.</summary>
    public IReadOnlyList<string> SettingNames { get; }

    /// <summary>Whether samples say what is really wrong.</summary>
    public bool TruthKnown { get; }

    /// <summary>Every sample, as it comes.</summary>
    public SignalBus<LineSample> Samples { get; } = new();

    /// <summary>The last samples, for charts.</summary>
    public RecentValues<LineSample> Recent { get; }

    /// <summary>The monitors on this line.</summary>
    public IReadOnlyList<ModelMonitor> Monitors => _monitors;

    /// <summary>The monitor that pages and doors show first; null while nothing watches.</summary>
    public ModelMonitor? Monitor => _monitors is [var first, ..] ? first : null;

    /// <summary>Position of a signal by its name, or null.</summary>
    public int? IndexOf(string signalName) => _indexes.TryGetValue(signalName, out int index) ? index : null;

    /// <summary>Takes one sample in.</summary>
    public void Take(LineSample sample)
    {
        Recent.Add(sample);
        Samples.Publish(sample);
    }

    /// <summary>Adds a monitor to those that pages and doors show. Whoever adds it runs it.</summary>
    public void Attach(ModelMonitor monitor) => _monitors = [.. _monitors, monitor];

    /// <summary>Whether samples come in, are overdue, or have never come.</summary>
    public LineActivity ActivityAt(DateTimeOffset now) => Recent.Latest switch
    {
        null => LineActivity.Waiting,
        { } latest when now - latest.Time > Silence => LineActivity.Silent,
        _ => LineActivity.Running,
    };

    /// <summary>Cycles a minute over the last samples kept; null with fewer than two.</summary>
    public double? CyclesPerMinute()
    {
        var last = Recent.Snapshot(most: 60);
        if (last.Length < 2 || last[^1].Time <= last[0].Time) return null;
        return (last.Length - 1) / (last[^1].Time - last[0].Time).TotalMinutes;
    }
}

/// <summary>Whether a line speaks.</summary>
public enum LineActivity
{
    /// <summary>Nothing has been measured yet.</summary>
    Waiting,

    /// <summary>Samples come in.</summary>
    Running,

    /// <summary>The last sample is older than <see cref="LineWatch.Silence"/>.</summary>
    Silent,
}
