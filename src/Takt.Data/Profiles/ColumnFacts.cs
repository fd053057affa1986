using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>A column and what its values alone say; what roles, associations and warnings are made from.</summary>
sealed class ColumnFacts
{
    /// <summary>Columns of no more values than this are looked at value by value.</summary>
    const int FewValues = 20;

    public ColumnFacts(Column column)
    {
        Column = column;
        if (column is NumberColumn numbers) Sorted = [.. numbers.Values.Where(double.IsFinite).Order()];
        Present = Enumerable.Range(0, column.Length).Count(row => !column.IsMissing(row));
        bool few = Sorted is null || NumberStatistics.DistinctOf(Sorted) <= FewValues;
        if (column is not TimeColumn && few) Codes = ColumnCodes.Of(column);
        Distinct = Codes?.Classes.Count ?? (Sorted is not null ? NumberStatistics.DistinctOf(Sorted) : ((TimeColumn)column).Values.Where(t => t is not null).Distinct().Count());
        IsWhole = Sorted is { Length: > 0 } && Column.Kind == ColumnKind.Number && Array.TrueForAll(Sorted, double.IsInteger);
    }

    public Column Column { get; }

    public string Name => Column.Name;

    /// <summary>Numbers and booleans: the values there are, rising.</summary>
    public double[]? Sorted { get; }

    /// <summary>Text, booleans, and numbers of few values: the values as classes.</summary>
    public ColumnCodes? Codes { get; }

    /// <summary>Rows with a value.</summary>
    public int Present { get; }

    public int Distinct { get; }

    public bool IsWhole { get; }

    /// <summary>What it is probably for; set when all columns are known.</summary>
    public ColumnRole Role { get; set; } = ColumnRole.Feature;

    /// <summary>Why it looks like an id, if it does.</summary>
    public string? IdBecause { get; set; }
}
