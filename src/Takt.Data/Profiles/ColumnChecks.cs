using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>Looks at columns one by one.</summary>
static class ColumnChecks
{
    const double ManyMissing = 0.2;
    const double ManyOutliers = 0.01;

    /// <summary>If more than a quarter lie far out, they are another way of running, not outliers.</summary>
    const double TooManyForOutliers = 0.25;
    const int ManyCategories = 100;

    /// <summary>What loggers, controllers and people write where nothing was measured.</summary>
    static readonly double[] Sentinels = [-99_999, -32_768, -9999, -999, -99, 999, 9999, 32_767, 65_535, 99_999, 999_999];

    public static IEnumerable<ProfileWarning> Of(ColumnFacts column, ColumnProfile profile, int rows)
    {
        string name = column.Name;
        if (column.Present == 0)
        {
            yield return new(
                WarningKind.AllMissing, name, "no row has a value",
                "There is nothing to learn from it", "Leave it out, or look for why it was not recorded");
            yield break;
        }

        if (column.Distinct == 1)
            yield return new(WarningKind.Constant, name, $"every value is {FirstText(column.Column)}", "A constant tells nothing apart", "Leave it out");
        if (column.Present < (1 - ManyMissing) * rows)
            yield return new(
                WarningKind.ManyMissing, name, $"{Figures.Share(rows - column.Present, rows)} of the rows have no value",
                "What is filled in would outweigh what was measured", "Look for why it is missing; leave it out if it will be missing in use too");
        if (column.IdBecause is { } because && column.Role is ColumnRole.Id or ColumnRole.Feature)
            yield return new(
                WarningKind.IdLike, name, $"it looks like a row number or serial: {because}",
                "A model learns the rows by heart and knows nothing about new ones", "Give it the role id; if it is a measurement after all, the role feature");
        if (column.Column is TextColumn && column.IdBecause is null && column.Distinct > ManyCategories && column.Role == ColumnRole.Feature)
            yield return new(
                WarningKind.ManyCategories, name, $"{Figures.Of(column.Distinct)} different texts",
                "Most of them are too rare to learn from", "Group them, treat it as free text, or leave it out");
        if (Sentinel(column) is { } sentinel)
            yield return new(
                WarningKind.Sentinel, name, $"{Figures.Of(sentinel.Value)} occurs {Figures.Of(sentinel.Count)} times, far from all other values",
                "It probably stands for \"not measured\" and would be taken for a measurement", "Have it read as a missing value");
        else if (profile.Numbers is { } numbers && column.Role == ColumnRole.Feature && numbers.RobustOutliers is { } far
            && far > ManyOutliers * column.Present && far <= TooManyForOutliers * column.Present && column.Distinct > 10)
            yield return new(
                WarningKind.Outliers, name, $"{Figures.Of(far)} values ({Figures.Share(far, column.Present)}) lie far from the median {Figures.Of(numbers.Quantiles.P50)}",
                "They pull means, scales and squared errors towards them", "Check that they are real; scale robustly, clip, or take the logarithm");
    }

    /// <summary>A known filler at an end of the range, twice or more, with a wide gap between it and the rest.</summary>
    static (double Value, int Count)? Sentinel(ColumnFacts column)
    {
        if (column.Sorted is not { Length: > 10 } sorted || column.Distinct < 4) return null;
        foreach (double value in Sentinels)
        {
            int count = sorted[0] == value ? sorted.TakeWhile(v => v == value).Count() : sorted[^1] == value ? sorted.Reverse().TakeWhile(v => v == value).Count() : 0;
            if (count < 2 || count > sorted.Length / 2) continue;
            double[] rest = sorted[0] == value ? sorted[count..] : sorted[..^count];
            double gap = sorted[0] == value ? rest[0] - value : value - rest[^1];
            if (gap > rest[^1] - rest[0]) return (value, count);
        }

        return null;
    }

    static string FirstText(Column column)
    {
        int row = 0;
        while (column.IsMissing(row)) row++;
        return column.TextAt(row);
    }
}
