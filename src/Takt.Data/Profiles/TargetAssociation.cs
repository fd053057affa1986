using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>Measures how a column goes with the target, each pair of kinds in its own way.</summary>
static class TargetAssociation
{
    /// <summary>Fewer pairs say nothing.</summary>
    const int FewestPairs = 5;

    /// <summary>A text of more values than one for every two rows would seem to tell anything.</summary>
    const int RowsPerCategory = 2;

    /// <summary>The largest contingency table to count.</summary>
    const long MostCells = 5_000_000;

    /// <summary>The association, or null where none can be stated.</summary>
    public static Association? Of(ColumnFacts column, TargetFacts target)
    {
        if (column == target.Facts || column.Role is ColumnRole.Id || column.Distinct < 2 || target.Facts.Distinct < 2) return null;
        return column.Column is TextColumn ? OfText(column, target) : OfNumbers(Numbers(column.Column), target);
    }

    static double[] Numbers(Column column) => column is NumberColumn numbers
        ? numbers.Values
        : [.. ((TimeColumn)column).Values.Select(t => t is { } time ? time.Ticks : double.NaN)];

    static Association? OfNumbers(double[] values, TargetFacts target)
    {
        bool regression = target.Task == TargetTask.Regression;
        int[] rows = [.. Enumerable.Range(0, values.Length).Where(r => double.IsFinite(values[r]) && (regression ? double.IsFinite(target.Values[r]) : target.Codes!.Codes[r] >= 0))];
        if (rows.Length < FewestPairs) return null;
        double[] x = Array.ConvertAll(rows, r => values[r]);
        if (regression)
        {
            double[] y = Array.ConvertAll(rows, r => target.Values[r]);
            double pearson = Associations.Pearson(x, y), spearman = Associations.Spearman(x, y);
            return new(Math.Max(Math.Abs(pearson), Math.Abs(spearman))) { Pearson = pearson, Spearman = spearman };
        }

        if (target.ClassCount == 2)
        {
            double auc = Associations.Auc(x, Array.ConvertAll(rows, r => target.Codes!.Codes[r] == 1));
            return new(2 * Math.Abs(auc - 0.5)) { Auc = auc };
        }

        double ratio = Associations.CorrelationRatio(Array.ConvertAll(rows, r => target.Codes!.Codes[r]), x, target.ClassCount);
        return new(ratio) { CorrelationRatio = ratio };
    }

    static Association? OfText(ColumnFacts column, TargetFacts target)
    {
        int[] codes = column.Codes!.Codes;
        bool regression = target.Task == TargetTask.Regression;
        int[] rows = [.. Enumerable.Range(0, codes.Length).Where(r => codes[r] >= 0 && (regression ? double.IsFinite(target.Values[r]) : target.Codes!.Codes[r] >= 0))];
        if (rows.Length < FewestPairs || column.Distinct * RowsPerCategory > rows.Length) return null;
        int[] x = Array.ConvertAll(rows, r => codes[r]);
        if (regression)
        {
            double ratio = Associations.CorrelationRatio(x, Array.ConvertAll(rows, r => target.Values[r]), column.Distinct);
            return new(ratio) { CorrelationRatio = ratio };
        }

        if ((long)column.Distinct * target.ClassCount > MostCells) return null;
        double information = Associations.Information(x, column.Distinct, Array.ConvertAll(rows, r => target.Codes!.Codes[r]), target.ClassCount);
        return new(information) { Information = information };
    }
}
