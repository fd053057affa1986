using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Data.Pipelines;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Rows;

namespace Takt.Graphs.Packages;

/// <summary>The typical value of each input column in the training data (median, most frequent category): what explanations compare with.</summary>
sealed class TypicalValues(Pipeline pipeline)
{
    /// <summary>The columns whose contributions are told.</summary>
    public IReadOnlyList<ColumnSchema> Columns { get; } = [.. pipeline.Inputs.Where(c => c.Role == ColumnRole.Feature)];

    /// <summary>Each column with its typical value in every row; missing everywhere if the training data had none.</summary>
    public Column[] ColumnsOf(int rows) => [.. Columns.Select(column => Typical(column, rows))];

    /// <summary>The contributions to one answer, the largest first.</summary>
    /// <param name="rows">The table that was asked about.</param>
    /// <param name="typical">What <see cref="ColumnsOf"/> gave for it.</param>
    /// <param name="row">The row that the answer is for.</param>
    /// <param name="effect">The effect of each column.</param>
    public IReadOnlyList<Contribution> Contributions(Table rows, Column[] typical, int row, Func<int, double> effect) =>
        [.. Columns.Select((column, c) => new Contribution(column.Name, column.Unit, ValueAt(rows[column.Name], row), ValueAt(typical[c], row), effect(c))).OrderByDescending(c => Math.Abs(c.Effect))];

    static Column Typical(ColumnSchema column, int rows)
    {
        switch (column.Kind)
        {
            case ColumnKind.Text:
                string?[] texts = new string?[rows];
                Array.Fill(texts, column.Typical);
                return new TextColumn(column.Name, texts);
            case ColumnKind.Time:
                var times = new DateTime?[rows];
                if (DateTime.TryParse(column.Typical, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time)) Array.Fill(times, time);
                return new TimeColumn(column.Name, times);
            default:
                double[] numbers = new double[rows];
                Array.Fill(numbers, column.Typical switch
                {
                    "true" => 1,
                    "false" => 0,
                    { } text when double.TryParse(text, CultureInfo.InvariantCulture, out double number) => number,
                    _ => double.NaN,
                });
                return new NumberColumn(column.Name, numbers, column.Unit, column.Kind == ColumnKind.Boolean);
        }
    }

    /// <summary>A value as JSON writes it; null if it is missing.</summary>
    public static JsonValue? ValueAt(Column column, int row) =>
        column.IsMissing(row) ? null
        : column is NumberColumn { Kind: ColumnKind.Number } number ? JsonValue.Create(number.Values[row])
        : column is NumberColumn boolean ? JsonValue.Create(boolean.Values[row] != 0)
        : JsonValue.Create(column.TextAt(row));
}
