using Takt.Protocols.Rows;

namespace Takt.Monitoring.Monitors;

/// <summary>A stretch of time in which a monitor saw a fault coming.</summary>
/// <param name="Id">Number of the event within its monitor, from 1.</param>
/// <param name="Start">When it was flagged.</param>
/// <param name="StartCycle">The cycle that raised the flag.</param>
/// <param name="End">When the last reading above the threshold had been followed by a full window of readings below it; null while it lasts.</param>
/// <param name="Peak">Highest probability so far.</param>
/// <param name="Probability">Probability at the flag.</param>
/// <param name="Explanation">Why the model said so at the flag; null if it did not say.</param>
/// <param name="Truth">The kind of fault that was really there, where that is known; null on a real line or for a false alarm.</param>
/// <param name="DelaySeconds">From the onset of the real fault to the flag; null where the truth is not known.</param>
/// <param name="DelayCycles">The same in machine cycles.</param>
/// <param name="FalseAlarm">Whether nothing was wrong; decided when the event ends, null until then or where the truth is not known.</param>
public sealed record MonitorEvent(
    int Id, DateTimeOffset Start, long StartCycle, DateTimeOffset? End, double Peak, double Probability, Explanation? Explanation,
    string? Truth, double? DelaySeconds, long? DelayCycles, bool? FalseAlarm);
