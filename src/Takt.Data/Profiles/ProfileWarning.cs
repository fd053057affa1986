using System.Text.Json.Serialization;

namespace Takt.Data.Profiles;

/// <summary>What a warning is about, the most harmful first.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WarningKind>))]
public enum WarningKind
{
    /// <summary>The target cannot be learned: constant, or all missing.</summary>
    UselessTarget,

    /// <summary>A column gives the target away.</summary>
    Leakage,

    /// <summary>A row number or serial.</summary>
    IdLike,

    /// <summary>The target has no value in some rows.</summary>
    MissingTarget,

    /// <summary>A class is rare.</summary>
    Imbalance,

    /// <summary>No value at all.</summary>
    AllMissing,

    /// <summary>One value only.</summary>
    Constant,

    /// <summary>Many rows without a value.</summary>
    ManyMissing,

    /// <summary>A number that stands for "no value".</summary>
    Sentinel,

    /// <summary>Values far from the rest.</summary>
    Outliers,

    /// <summary>Two columns say the same.</summary>
    SameColumn,

    /// <summary>Rows that occur twice.</summary>
    DuplicateRows,

    /// <summary>Time runs back.</summary>
    OutOfOrder,

    /// <summary>Many rows at the same time.</summary>
    RepeatedTimes,

    /// <summary>Stretches of time without rows.</summary>
    TimeGaps,

    /// <summary>Steps of differing length.</summary>
    IrregularSampling,

    /// <summary>Text of very many values.</summary>
    ManyCategories,
}

/// <summary>Something to look at before learning from a table.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Column">The column, or null if it is about the rows.</param>
/// <param name="What">What was found, with figures.</param>
/// <param name="Why">Why it matters.</param>
/// <param name="WayOut">What to do.</param>
public sealed record ProfileWarning(WarningKind Kind, string? Column, string What, string Why, string WayOut)
{
    /// <summary>The warning as sentences.</summary>
    public override string ToString() => $"{(Column is null ? "" : $"{Column}: ")}{What}. {Why}. {WayOut}.";
}
