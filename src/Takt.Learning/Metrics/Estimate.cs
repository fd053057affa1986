using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Takt.Learning.Metrics;

/// <summary>A metric's value on a finite number of rows, with what is known of its uncertainty. Never NaN: where the metric has no value, it says why.</summary>
public sealed record Estimate
{
    Estimate(double? value, double? low, double? high, string? undefined) => (Value, Low, High, Undefined) = (value, low, high, undefined);

    /// <summary>For JSON.</summary>
    [JsonConstructor]
    public Estimate() { }

    /// <summary>The value; null where it is not defined.</summary>
    public double? Value { get; init; }

    /// <summary>Lower end of the interval; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Low { get; init; }

    /// <summary>Upper end of the interval; null where there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? High { get; init; }

    /// <summary>Why there is no value; null where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Undefined { get; init; }

    /// <summary>A value with its interval, if it has one.</summary>
    public static Estimate Of(double value, Interval? interval = null) =>
        double.IsFinite(value) ? new(value, interval?.Low, interval?.High, null) : Not("the values are too large to be computed with");

    /// <summary>No value.</summary>
    /// <param name="reason">Why, as half a sentence: <c>no positive rows in this part</c>.</param>
    public static Estimate Not(string reason) => new(null, null, null, reason);

    /// <summary>The value, or no value where the divisor is 0.</summary>
    internal static Estimate Ratio(double value, double divisor, string reasonIfZero) => divisor == 0 ? Not(reasonIfZero) : Of(value / divisor);
}

/// <summary>An interval, both ends included.</summary>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Interval(double Low, double High);

/// <summary>How intervals are computed.</summary>
public sealed record IntervalSettings
{
    /// <summary>Coverage aimed at, between 0 and 1. Default 0.95.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Bootstrap draws. Default 1000, where the ends of a 95 % interval move by about 2 % of its width from seed to seed; 0 = no bootstrap.</summary>
    public int Draws { get; init; } = 1000;

    /// <summary>Seed of the draws. Default 7.</summary>
    public ulong Seed { get; init; } = 7;

    /// <summary>
    /// What is drawn as a whole: for each row the number of its group (from 0 without gaps). null = rows are drawn. Rows of one machine resemble each other;
    /// drawn one by one they would make the interval too narrow.
    /// </summary>
    public int[]? Groups { get; init; }

    /// <summary>Two-sided normal quantile of the level: 1.96 for 0.95.</summary>
    internal double Z => MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, 0.5 + Level / 2);
}
