using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Takt.Data.Readers;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Rows;

/// <summary>The values of one column, taken from JSON.</summary>
abstract class RowValues(ColumnSchema column)
{
    static readonly MissingCell Missing = new(new ReadOptions().Missing);

    protected ColumnSchema Column => column;

    public static RowValues Of(ColumnSchema column, int rows) => column.Kind switch
    {
        ColumnKind.Number => new Numbers(column, rows),
        ColumnKind.Boolean => new Booleans(column, rows),
        ColumnKind.Time => new Times(column, rows),
        _ => new Texts(column, rows),
    };

    /// <summary>Takes a value; says what is wrong with it, if anything.</summary>
    public Problem? Set(int row, JsonNode? node, string key)
    {
        if (node is null) return null;
        var kind = node.GetValueKind();
        if (kind is JsonValueKind.Object or JsonValueKind.Array)
            return new(kind == JsonValueKind.Object ? "an object" : "a list", Expected, Where: key);
        string text = kind == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();
        byte[] cell = Encoding.UTF8.GetBytes(text.Trim());
        if (kind == JsonValueKind.String && Missing.Is(cell)) return null;
        return Take(row, kind, text, cell) ? null : new(kind == JsonValueKind.String ? $"'{Shorten(text)}'" : Shorten(text), Expected, Where: key);
    }

    /// <summary>Makes the row empty again.</summary>
    public abstract void Clear(int row);

    public abstract Column Build(int rows);

    protected abstract string Expected { get; }

    protected abstract bool Take(int row, JsonValueKind kind, string text, ReadOnlySpan<byte> cell);

    static string Shorten(string text) => text.Length > 40 ? text[..40] + "…" : text;

    sealed class Numbers(ColumnSchema column, int rows) : RowValues(column)
    {
        readonly double[] _values = Empty(rows);

        protected override string Expected => Column.Unit is null ? "a finite number" : $"a finite number in {Column.Unit}";

        public override void Clear(int row) => _values[row] = double.NaN;

        public override Column Build(int rows) => new NumberColumn(Column.Name, _values[..rows], Column.Unit);

        protected override bool Take(int row, JsonValueKind kind, string text, ReadOnlySpan<byte> cell)
        {
            if (kind is not (JsonValueKind.Number or JsonValueKind.String)) return false;
            bool number = (NumberCell.Parse(cell, out double value) & CellForms.PointNumber) != CellForms.Text;
            _values[row] = value;
            return number && double.IsFinite(value);
        }
    }

    sealed class Booleans(ColumnSchema column, int rows) : RowValues(column)
    {
        readonly double[] _values = Empty(rows);

        protected override string Expected => "true or false";

        public override void Clear(int row) => _values[row] = double.NaN;

        public override Column Build(int rows) => new NumberColumn(Column.Name, _values[..rows], Column.Unit, isBoolean: true);

        protected override bool Take(int row, JsonValueKind kind, string text, ReadOnlySpan<byte> cell)
        {
            bool known = BooleanCell.TryParse(cell, out bool value) || cell is [(byte)'0' or (byte)'1'];
            _values[row] = value || cell is [(byte)'1'] ? 1 : 0;
            return known;
        }
    }

    sealed class Times(ColumnSchema column, int rows) : RowValues(column)
    {
        readonly DateTime?[] _values = new DateTime?[rows];

        protected override string Expected => "a time as text: \"2020-01-31T13:04:05Z\"";

        public override void Clear(int row) => _values[row] = null;

        public override Column Build(int rows) => new TimeColumn(Column.Name, _values[..rows]);

        protected override bool Take(int row, JsonValueKind kind, string text, ReadOnlySpan<byte> cell)
        {
            var forms = TimeCell.Parse(cell, out long ticks, out _);
            _values[row] = new DateTime(ticks, DateTimeKind.Utc);
            return kind == JsonValueKind.String && forms is CellForms.YearFirst or CellForms.DayFirst;   // 01/02/2020 could be either: not in a single row
        }
    }

    sealed class Texts(ColumnSchema column, int rows) : RowValues(column)
    {
        readonly string?[] _values = new string?[rows];

        protected override string Expected => "text";

        public override void Clear(int row) => _values[row] = null;

        public override Column Build(int rows) => new TextColumn(Column.Name, _values[..rows]);

        protected override bool Take(int row, JsonValueKind kind, string text, ReadOnlySpan<byte> cell)
        {
            _values[row] = text;   // a number or a boolean is a category by its JSON text
            return true;
        }
    }

    static double[] Empty(int rows)
    {
        double[] values = new double[rows];
        Array.Fill(values, double.NaN);
        return values;
    }

}
