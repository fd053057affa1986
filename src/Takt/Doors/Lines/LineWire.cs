using Takt.Monitoring.Assets;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Monitors;
using Takt.Protocols.Lines;

namespace Takt.Doors.Lines;

/// <summary>Lines, cycles, readings and events as they go over the wire.</summary>
static class LineWire
{
    public static LineSummary ToSummary(this LineWatch line, DateTimeOffset now) => new(
        line.Line.Id, line.Line.Name, line.Path, line.ActivityAt(now).ToString().ToLowerInvariant(), line.CyclesPerMinute(),
        line.Recent.Latest?.ToMessage(), [.. line.Monitors.Select(ToSummary)]);

    public static LineDetail ToDetail(this LineWatch line, int last, DateTimeOffset now) => new(
        line.ToSummary(now), Stations(line.Line),
        [.. line.Recent.Snapshot(last).Select(ToMessage)],
        [.. (line.Monitor?.Recent.Snapshot(last) ?? []).Select(ToMessage)],
        [.. (line.Monitor?.State.Events ?? []).Select(ToMessage)]);

    public static CycleMessage ToMessage(this LineSample sample) =>
        new(sample.Cycle, sample.Time, sample.Texts, [.. sample.Values.Select(value => double.IsFinite(value) ? value : (double?)null)]);

    public static ReadingMessage ToMessage(this MonitorReading reading) =>
        new(reading.Cycle, reading.Time, reading.Probability, reading.Flagged, reading.Truth);

    public static FaultEventMessage ToMessage(this MonitorEvent change) =>
        new(change.Id, change.Start, change.End, change.Peak, change.Probability, change.Explanation, change.Truth, change.DelaySeconds, change.FalseAlarm);

    static MonitorSummary ToSummary(ModelMonitor monitor)
    {
        var (state, score) = (monitor.State, monitor.State.Score);
        return new MonitorSummary(monitor.Options.Name, monitor.Options.Model, state.Version, state.Threshold, state.Latest?.ToMessage(), state.Problem,
            score.Faults, score.Found, score.Missed, score.FalseAlarms, score.MeanDelaySeconds);
    }

    static StationMessage[] Stations(Asset line) =>
        [.. line.Children.Prepend(new Asset(line.Id, line.Name, AssetLevel.Cell, signals: line.Signals)).Where(cell => cell.AllSignals.Any())
            .Select(cell => new StationMessage(cell.Id, cell.Name,
                [.. cell.AllSignals.Select(s => new SignalMessage(s.Id, s.Name, s.Quantity, s.Unit, s.Low, s.High, s.Decimals))]))];
}
