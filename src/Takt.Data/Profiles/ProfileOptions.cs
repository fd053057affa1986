using Takt.Data.Schemas;

namespace Takt.Data.Profiles;

/// <summary>What is known about the columns beforehand.</summary>
public sealed record ProfileOptions
{
    /// <summary>Roles by column name, with or without unit: they go before what would be suggested. A named group parts the time column's course.</summary>
    public IReadOnlyDictionary<string, ColumnRole> Roles { get; init; } = new Dictionary<string, ColumnRole>();

    /// <summary>How many steps a histogram has. Default 20.</summary>
    public int HistogramSteps { get; init; } = 20;

    /// <summary>How many of the most frequent values are named. Default 20.</summary>
    public int TopValues { get; init; } = 20;
}
