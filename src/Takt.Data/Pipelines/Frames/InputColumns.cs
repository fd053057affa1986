using Takt.Data.Pipelines.Specs;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Pipelines.Frames;

/// <summary>The door of a pipeline: takes the columns it needs from a table, and says everything that is wrong with them at once.</summary>
sealed class InputColumns
{
    readonly string[][] _sources;
    readonly int[] _groups;
    readonly int _time;

    /// <summary>A door for the given columns; <paramref name="sorted"/> where some step needs the rows by group and time.</summary>
    public InputColumns(IReadOnlyList<ColumnSchema> required, bool sorted)
    {
        (Required, Sorted) = (required, sorted);
        _sources = [.. required.Select(c => new[] { c.Name })];
        _groups = [.. Enumerable.Range(0, required.Count).Where(i => required[i].Role == ColumnRole.Group)];
        _time = required.ToList().FindIndex(c => c.Role == ColumnRole.Time);
    }

    public IReadOnlyList<ColumnSchema> Required { get; }

    public bool Sorted { get; }

    /// <summary>A frame of the required columns.</summary>
    /// <exception cref="InputException">Missing columns, wrong kinds, infinite numbers, missing times where rows must be sorted.</exception>
    public Frame Enter(Table table)
    {
        var problems = new List<Problem>();
        var columns = new Column[Required.Count];
        for (int i = 0; i < columns.Length; i++)
            if (Take(table, Required[i], problems) is { } column)
                columns[i] = column;
        if (problems.Count == 0 && Sorted && _time >= 0) CheckTime(columns[_time], problems);
        if (problems.Count > 0) throw new InputException(problems);

        var groups = new Column[_groups.Length];
        for (int i = 0; i < groups.Length; i++) groups[i] = columns[_groups[i]];
        var frame = new Frame(table.RowCount, new RowOrder(table.RowCount, groups, _time < 0 ? null : columns[_time]));
        for (int i = 0; i < columns.Length; i++)
        {
            var schema = Required[i];
            bool isOwned = !ReferenceEquals(columns[i], table.Find(schema.Name));
            frame.Set(new(columns[i], schema.Unit, schema.Role == ColumnRole.Feature, _sources[i], isOwned));
        }

        return frame;
    }

    static Column? Take(Table table, ColumnSchema schema, List<Problem> problems)
    {
        if (table.Find(schema.Name) is not { } column)
        {
            problems.Add(new($"no column '{schema.Name}'", $"'{schema.Header}', {ColumnSuits.Word(schema.Kind)}",
                NearestName.Of(schema.Name, table.Columns.Select(c => c.Name)) is { } near ? $"Is it '{near}'?" : null));
            return null;
        }

        if (Convert(column, schema.Kind) is not { } right)
        {
            problems.Add(new($"column '{schema.Name}' holds {ColumnSuits.Word(column.Kind)}{Example(column)}", ColumnSuits.Word(schema.Kind)));
            return null;
        }

        if (right is NumberColumn number && Array.FindIndex(number.Values, double.IsInfinity) is >= 0 and var row)
            problems.Add(new($"an infinite value in column '{schema.Name}'", "a finite number or nothing", Where: $"row {row + 1}"));
        return right;
    }

    /// <summary>The column as a kind, or null if it cannot be taken so: numbers and booleans are one, numbers may stand for text, and a column without any value is of any kind.</summary>
    public static Column? Convert(Column column, ColumnKind kind)
    {
        if (column.Kind == kind || (column is NumberColumn && kind is ColumnKind.Number or ColumnKind.Boolean)) return column;
        if (kind == ColumnKind.Text && column is NumberColumn) return new TextColumn(column.Name, Texts(column));
        for (int row = 0; row < column.Length; row++)
            if (!column.IsMissing(row))
                return null;
        return kind switch
        {
            ColumnKind.Text => new TextColumn(column.Name, new string?[column.Length]),
            ColumnKind.Time => new TimeColumn(column.Name, new DateTime?[column.Length]),
            _ => new NumberColumn(column.Name, Missing(column.Length), column.Unit, kind == ColumnKind.Boolean),
        };
    }

    static string?[] Texts(Column column)
    {
        string?[] texts = new string?[column.Length];
        for (int row = 0; row < texts.Length; row++) texts[row] = column.IsMissing(row) ? null : column.TextAt(row);
        return texts;
    }

    static double[] Missing(int rows)
    {
        double[] missing = new double[rows];
        Array.Fill(missing, double.NaN);
        return missing;
    }

    static void CheckTime(Column time, List<Problem> problems)
    {
        if (time.Kind == ColumnKind.Text) problems.Add(new($"time column '{time.Name}' holds text{Example(time)}", "numbers or points in time, as rows are put in order by it"));
        for (int row = 0; row < time.Length; row++)
        {
            if (!time.IsMissing(row)) continue;
            problems.Add(new($"no time in column '{time.Name}'", "a time in every row, as rows are put in order by it", Where: $"row {row + 1}"));
            return;
        }
    }

    static string Example(Column column)
    {
        for (int row = 0; row < column.Length; row++)
            if (!column.IsMissing(row))
                return $" ('{column.TextAt(row)}' in row {row + 1})";
        return "";
    }
}
