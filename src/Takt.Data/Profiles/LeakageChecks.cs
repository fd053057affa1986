using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>Finds columns that give the target away: they are usually written down with it or after it, and are not there when a prediction is wanted.</summary>
static class LeakageChecks
{
    /// <summary>A single measured cause hardly ever explains so much; in published sets the honest inputs stay below 0.95.</summary>
    const double NearlyDecides = 0.98;

    /// <summary>A value that goes with one class in so many of its rows decides it.</summary>
    const double Pure = 0.99;

    /// <summary>Among more values than these some would be pure by chance.</summary>
    const int MostValues = 100;

    /// <summary>ln(10⁶): what chance would do in less than one of a million columns is not chance.</summary>
    const double NotChance = 13.8;

    const string Why = "It is probably recorded with the target or after it, so the model would look excellent and fail in use";
    const string WayOut = "Leave it out unless it is known before the prediction is made";

    public static IEnumerable<ProfileWarning> Of(ColumnFacts column, Association? association, TargetFacts target)
    {
        if (column == target.Facts || column.Role is ColumnRole.Id or ColumnRole.Ignored or ColumnRole.Target) yield break;
        if (association is { Strength: >= NearlyDecides } && column.Present >= 20)
            yield return new(WarningKind.Leakage, column.Name, $"it alone nearly decides '{target.Facts.Name}' ({Measure(association)})", Why, WayOut);
        else if (target.Task == TargetTask.Classification && column.Codes is { } codes && column.Distinct <= MostValues && DecidingValue(codes, target.Codes!, column.Column.Length) is { } found)
            yield return new(WarningKind.Leakage, column.Name,
                $"of the {Figures.Of(found.Count)} rows where it is {found.Value}, {Figures.Of(found.Hits)} have '{target.Facts.Name}' = {found.Class}; of the other rows {Figures.Share(found.ClassRows - found.Hits, found.All - found.Count)}",
                Why, WayOut);
    }

    /// <summary>Two columns that add up to the target, or differ by it.</summary>
    public static IEnumerable<ProfileWarning> Sums(IReadOnlyList<ColumnFacts> columns, TargetFacts target)
    {
        if (target.Task != TargetTask.Regression) yield break;
        var numbers = columns.Where(c => c != target.Facts && c.Column is NumberColumn && c.Distinct > 2 && c.Role is ColumnRole.Feature).ToList();
        for (int i = 0; i < numbers.Count; i++)
        {
            for (int j = i + 1; j < numbers.Count; j++)
            {
                double[] a = ((NumberColumn)numbers[i].Column).Values, b = ((NumberColumn)numbers[j].Column).Values;
                string? sign = Holds(a, b, target.Values, 1, 1) ? "+" : Holds(a, b, target.Values, 1, -1) || Holds(a, b, target.Values, -1, 1) ? "−" : null;
                if (sign is not null)
                    yield return new(WarningKind.Leakage, numbers[i].Name, $"'{numbers[i].Name}' {sign} '{numbers[j].Name}' is '{target.Facts.Name}' in every row", Why, "Leave both out");
            }
        }
    }

    /// <summary>The value that goes with one class almost always, though the class is not the usual one; that with the most rows.</summary>
    static (string Value, int Count, string Class, int Hits, int ClassRows, int All)? DecidingValue(ColumnCodes column, ColumnCodes target, int rows)
    {
        int[,] counts = new int[column.Classes.Count, target.Classes.Count];
        for (int row = 0; row < rows; row++)
            if (column.Codes[row] >= 0 && target.Codes[row] >= 0) counts[column.Codes[row], target.Codes[row]]++;
        int all = target.Classes.Sum(c => c.Count);
        for (int value = 0; value < column.Classes.Count; value++)
        {
            int total = Enumerable.Range(0, target.Classes.Count).Sum(c => counts[value, c]);
            for (int c = 0; c < target.Classes.Count; c++)
            {
                double share = (double)target.Classes[c].Count / all;
                if (share <= 0.5 && counts[value, c] >= Pure * total && counts[value, c] * -Math.Log(share) >= NotChance)
                    return (column.Classes[value].Value, total, target.Classes[c].Value, counts[value, c], target.Classes[c].Count, all);
            }
        }

        return null;
    }

    /// <summary>Whether s·a + t·b is the target in every row that has all three, to the precision of single floats, as files are often written so.</summary>
    static bool Holds(double[] a, double[] b, double[] target, int s, int t)
    {
        int seen = 0;
        for (int row = 0; row < target.Length; row++)
        {
            double sum = s * a[row] + t * b[row];
            if (double.IsNaN(sum) || double.IsNaN(target[row])) continue;
            if (Math.Abs(sum - target[row]) > 1e-6 * (Math.Abs(a[row]) + Math.Abs(b[row]))) return false;
            seen++;
        }

        return seen >= 20;
    }

    static string Measure(Association association) =>
        association.Auc is { } auc ? $"AUC {Figures.Of(auc)}" :
        association.Pearson is { } pearson ? $"correlation {Figures.Of(Math.Abs(pearson) >= Math.Abs(association.Spearman!.Value) ? pearson : association.Spearman.Value)}" :
        association.CorrelationRatio is { } ratio ? $"correlation ratio {Figures.Of(ratio)}" :
        $"{Figures.Share(association.Information!.Value, 1)} of its information";
}
