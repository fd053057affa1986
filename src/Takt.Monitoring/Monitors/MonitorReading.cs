using Takt.Protocols.Rows;

namespace Takt.Monitoring.Monitors;

/// <summary>What a monitor thought of one machine cycle.</summary>
/// <param name="Cycle">The cycle.</param>
/// <param name="Time">When it ended.</param>
/// <param name="Probability">Probability of a fault, 0 to 1.</param>
/// <param name="Flagged">Whether an event is raised after this reading.</param>
/// <param name="Explanation">Why, input by input; null if it was not asked for.</param>
/// <param name="Truth">Kind of fault that is really there, where that is known.</param>
public sealed record MonitorReading(long Cycle, DateTimeOffset Time, double Probability, bool Flagged, Explanation? Explanation, string? Truth);

/// <summary>How well a monitor did against the truth, where that is known.</summary>
/// <param name="Faults">Faults that are over or were found.</param>
/// <param name="Found">Faults with an event.</param>
/// <param name="Missed">Faults that went by without an event.</param>
/// <param name="FalseAlarms">Events without a fault.</param>
/// <param name="MeanDelaySeconds">Mean time from onset to flag over the found faults; null if there is none.</param>
/// <param name="MeanDelayCycles">The same in machine cycles.</param>
public sealed record MonitorScore(int Faults, int Found, int Missed, int FalseAlarms, double? MeanDelaySeconds, double? MeanDelayCycles);
