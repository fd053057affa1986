using Takt.Protocols.Rows;

namespace Takt.Protocols.Lines;

/// <summary>A line in the list of <c>GET /api/lines</c>.</summary>
/// <param name="Id">Identifier.</param>
/// <param name="Name">Display name.</param>
/// <param name="Path">Where it stands: names of enterprise, site and area.</param>
/// <param name="Activity"><c>waiting</c>, <c>running</c> or <c>silent</c>.</param>
/// <param name="CyclesPerMinute">Pace over the last cycles; null with fewer than two.</param>
/// <param name="Latest">The last cycle; null before the first.</param>
/// <param name="Monitors">What watches it.</param>
public sealed record LineSummary(
    string Id, string Name, IReadOnlyList<string> Path, string Activity, double? CyclesPerMinute, CycleMessage? Latest, IReadOnlyList<MonitorSummary> Monitors);

/// <summary>A line with its recent past: <c>GET /api/lines/{line}</c>.</summary>
/// <param name="Summary">What the list says.</param>
/// <param name="Stations">Its stations with their signals; signals of the line itself come first, under the line's own identifier.</param>
/// <param name="Cycles">The last cycles, oldest first; values in the order of the stations' signals.</param>
/// <param name="Readings">What the first monitor thought of them, oldest first.</param>
/// <param name="Events">The first monitor's last events, the newest first.</param>
public sealed record LineDetail(
    LineSummary Summary, IReadOnlyList<StationMessage> Stations,
    IReadOnlyList<CycleMessage> Cycles, IReadOnlyList<ReadingMessage> Readings, IReadOnlyList<FaultEventMessage> Events);

/// <summary>A station and its signals.</summary>
/// <param name="Id">Identifier.</param>
/// <param name="Name">Display name.</param>
/// <param name="Signals">Its signals.</param>
public sealed record StationMessage(string Id, string Name, IReadOnlyList<SignalMessage> Signals);

/// <summary>A signal.</summary>
/// <param name="Id">Identifier within the line.</param>
/// <param name="Name">Display name, also the column a model knows it by.</param>
/// <param name="Quantity">What is measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Low">Lower end of the measuring range.</param>
/// <param name="High">Upper end of the measuring range.</param>
/// <param name="Decimals">Decimals the sensor resolves.</param>
public sealed record SignalMessage(string Id, string Name, string Quantity, string Unit, double Low, double High, int Decimals);

/// <summary>One machine cycle; the server-sent event <c>cycle</c>.</summary>
/// <param name="Cycle">Its number.</param>
/// <param name="Time">When it ended.</param>
/// <param name="Texts">Settings in words.</param>
/// <param name="Values">One value for each signal of the line; null where a sensor gave nothing.</param>
public sealed record CycleMessage(long Cycle, DateTimeOffset Time, IReadOnlyDictionary<string, string> Texts, IReadOnlyList<double?> Values);

/// <summary>What a monitor thought of one cycle; the server-sent event <c>reading</c>.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="Time">When it ended.</param>
/// <param name="Probability">Probability of a fault, 0 to 1.</param>
/// <param name="Flagged">Whether an event is raised.</param>
/// <param name="Truth">Kind of fault that is really there, where that is known.</param>
public sealed record ReadingMessage(long Cycle, DateTimeOffset Time, double Probability, bool Flagged, string? Truth);

/// <summary>A monitor and what it knows now.</summary>
/// <param name="Name">Name of the monitor.</param>
/// <param name="Model">The model it asks.</param>
/// <param name="Version">The version that answered last.</param>
/// <param name="Threshold">Probability from which a reading counts as a fault.</param>
/// <param name="Latest">The last reading.</param>
/// <param name="Problem">Why the model does not answer; null while it does.</param>
/// <param name="Faults">Real faults that are over or were found, where the truth is known.</param>
/// <param name="Found">Those found.</param>
/// <param name="Missed">Those missed.</param>
/// <param name="FalseAlarms">Events without a fault.</param>
/// <param name="MeanDelaySeconds">Mean time from onset to flag.</param>
public sealed record MonitorSummary(
    string Name, string Model, int? Version, double? Threshold, ReadingMessage? Latest, string? Problem,
    int Faults, int Found, int Missed, int FalseAlarms, double? MeanDelaySeconds);

/// <summary>A flagged fault; the server-sent event <c>fault</c> whenever one is raised, changed or ended.</summary>
/// <param name="Id">Number within the monitor.</param>
/// <param name="Start">When it was flagged.</param>
/// <param name="End">When it was over; null while it lasts.</param>
/// <param name="Peak">Highest probability.</param>
/// <param name="Probability">Probability at the flag.</param>
/// <param name="Explanation">Why, at the flag.</param>
/// <param name="Truth">Kind of fault that was really there, where that is known.</param>
/// <param name="DelaySeconds">From the real onset to the flag, where that is known.</param>
/// <param name="FalseAlarm">Whether nothing was wrong; null until decided or where the truth is not known.</param>
public sealed record FaultEventMessage(
    int Id, DateTimeOffset Start, DateTimeOffset? End, double Peak, double Probability, Explanation? Explanation,
    string? Truth, double? DelaySeconds, bool? FalseAlarm);
