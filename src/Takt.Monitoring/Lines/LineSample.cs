namespace Takt.Monitoring.Lines;

/// <summary>What was measured on a line in one machine cycle.</summary>
/// <param name="Cycle">Number of the cycle since the line started, from 0.</param>
/// <param name="Time">When the cycle ended.</param>
/// <param name="Texts">Settings in words, by column: <c>Product</c> → <c>H40</c>.</param>
/// <param name="Values">One value for each signal of the line, in its order and unit; NaN where a sensor gave nothing.</param>
/// <param name="Truth">What is really wrong, where that is known (a simulated plant); null on a real line or while all is well.</param>
public sealed record LineSample(
    long Cycle, DateTimeOffset Time, IReadOnlyDictionary<string, string> Texts, IReadOnlyList<double> Values, GroundTruth? Truth = null);

/// <summary>A fault that is developing or present, as only a simulation or a later repair report can know it.</summary>
/// <param name="Kind">Kind of fault, for example <c>bearing-damage</c>.</param>
/// <param name="Onset">Cycle in which it began.</param>
/// <param name="Severity">From 0 (just begun) to 1 (failed).</param>
/// <param name="Failed">Whether the part has failed; before that the fault is developing.</param>
public sealed record GroundTruth(string Kind, long Onset, double Severity, bool Failed);
