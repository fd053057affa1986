using System.Text.Json.Serialization;
using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>What a table holds and what to look at before learning from it. Plain records: it can be written as JSON as it is.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="DuplicateRows">Rows that equal an earlier one in every column that is not an id.</param>
/// <param name="Columns">One a column, in file order.</param>
/// <param name="Target">The target in more detail, if one was named.</param>
/// <param name="SuggestedTarget">The column that looks like a target by its name, if none was named; null if none does.</param>
/// <param name="Warnings">What to look at, the most harmful first.</param>
public sealed record TableProfile(
    int Rows,
    int DuplicateRows,
    IReadOnlyList<ColumnProfile> Columns,
    TargetProfile? Target,
    string? SuggestedTarget,
    IReadOnlyList<ProfileWarning> Warnings);

/// <summary>One column.</summary>
/// <param name="Name">The name without its unit.</param>
/// <param name="Unit">The unit, or null.</param>
/// <param name="Kind">What kind of values it holds.</param>
/// <param name="SuggestedRole">What it is probably for.</param>
/// <param name="Count">How many rows have a value.</param>
/// <param name="Missing">How many have none.</param>
/// <param name="Distinct">How many different values there are.</param>
public sealed record ColumnProfile(
    string Name,
    string? Unit,
    [property: JsonConverter(typeof(JsonStringEnumConverter<ColumnKind>))] ColumnKind Kind,
    ColumnRole SuggestedRole,
    int Count,
    int Missing,
    int Distinct)
{
    /// <summary>For numbers.</summary>
    public NumberProfile? Numbers { get; init; }

    /// <summary>For text and booleans: the most frequent values, most frequent first.</summary>
    public IReadOnlyList<CategoryCount>? Top { get; init; }

    /// <summary>For times.</summary>
    public TimeProfile? Times { get; init; }

    /// <summary>How the column goes with the target; null without a target, for the target itself and for ids.</summary>
    public Association? Association { get; init; }
}

/// <summary>The distribution of numbers.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="Maximum">The largest.</param>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">With n − 1; 0 for a single value.</param>
/// <param name="Quantiles">Values below which 1, 5, 25, 50, 75, 95 and 99 in 100 lie, interpolated linearly (type 7 of Hyndman and Fan 1996).</param>
/// <param name="Histogram">Counts over equal steps.</param>
/// <param name="OutsideFences">How many lie more than 1.5 interquartile ranges outside the quartiles (Tukey 1977).</param>
/// <param name="RobustOutliers">How many lie more than 3.5 robust deviations (1.4826 times the median absolute deviation) from the median (Iglewicz and Hoaglin 1993); null where half of the values are equal.</param>
/// <param name="Whole">Whether all are whole numbers.</param>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]   // squares of very large numbers overflow
public sealed record NumberProfile(
    double Minimum,
    double Maximum,
    double Mean,
    double StandardDeviation,
    Quantiles Quantiles,
    Histogram Histogram,
    int OutsideFences,
    int? RobustOutliers,
    bool Whole);

/// <summary>Values below which so many in a hundred lie.</summary>
public sealed record Quantiles(double P1, double P5, double P25, double P50, double P75, double P95, double P99);

/// <summary>Counts over equal steps.</summary>
/// <param name="Edges">Where the steps begin, and where the last ends: one more than counts.</param>
/// <param name="Counts">How many values lie in each; the last step includes its end.</param>
public sealed record Histogram(IReadOnlyList<double> Edges, IReadOnlyList<int> Counts);

/// <summary>A value and how often it occurs.</summary>
public sealed record CategoryCount(string Value, int Count);

/// <summary>The course of a time column, in row order; within each group where a group was named.</summary>
/// <param name="First">The earliest.</param>
/// <param name="Last">The latest.</param>
/// <param name="StepSeconds">The median step between rows that move forward; null if none does.</param>
/// <param name="OutOfOrder">Rows earlier than the one before.</param>
/// <param name="Repeated">Rows at the same time as the one before.</param>
/// <param name="Irregular">Forward steps that differ from the median by more than a tenth.</param>
/// <param name="GapCount">Forward steps longer than one and a half medians: at least one row is missing.</param>
/// <param name="Gaps">The longest gaps, longest first.</param>
public sealed record TimeProfile(
    DateTime First,
    DateTime Last,
    double? StepSeconds,
    int OutOfOrder,
    int Repeated,
    int Irregular,
    int GapCount,
    IReadOnlyList<TimeGap> Gaps);

/// <summary>A stretch without rows.</summary>
/// <param name="After">The last time before it.</param>
/// <param name="Before">The first time after it.</param>
/// <param name="Seconds">How long it is.</param>
public sealed record TimeGap(DateTime After, DateTime Before, double Seconds);

/// <summary>What kind of target a column makes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TargetTask>))]
public enum TargetTask
{
    /// <summary>Text, booleans, or numbers of two values: tell classes apart.</summary>
    Classification,

    /// <summary>Other numbers: predict the value.</summary>
    Regression,
}

/// <summary>The target.</summary>
/// <param name="Name">The column.</param>
/// <param name="Task">What it makes of the task.</param>
/// <param name="Classes">Classification: the classes, most frequent first; null for regression.</param>
public sealed record TargetProfile(string Name, TargetTask Task, IReadOnlyList<CategoryCount>? Classes);

/// <summary>How a column goes with the target, over the rows that have both.</summary>
/// <param name="Strength">0 (not at all) to 1 (it decides the target), comparable between columns:
/// |correlation|, the correlation ratio, twice the AUC's distance from ½, or the share of the target's information.</param>
public sealed record Association(double Strength)
{
    /// <summary>Numbers and a numeric target: Pearson's correlation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Pearson { get; init; }

    /// <summary>Numbers and a numeric target: Spearman's rank correlation.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Spearman { get; init; }

    /// <summary>Numbers and two classes: the probability that a row of the rarer class has the larger value, ties counted half.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Auc { get; init; }

    /// <summary>Numbers and classes (either way round): the correlation ratio η, the root of the share of variance between classes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? CorrelationRatio { get; init; }

    /// <summary>Text and classes: mutual information over the target's entropy, corrected for its bias on small samples (Miller 1955).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Information { get; init; }
}
