using System.Text;
using Takt.Data.Tables;

namespace Takt.Data.Readers;

/// <summary>A value that does not fit its column.</summary>
/// <param name="Row">The row among those read, from 0.</param>
/// <param name="Line">Its line in the file.</param>
/// <param name="Text">What stands there, shortened.</param>
readonly record struct Misfit(int Row, long Line, string Text);

/// <summary>A column while it is read in a supposed form. Counts every value, so that in the end it is known whether the supposition held.</summary>
/// <param name="header">The header as the file has it.</param>
/// <param name="missing">What means "no value".</param>
/// <param name="reports">The most misfits to keep with their text.</param>
abstract class ColumnBuilder(string header, MissingCell missing, int reports)
{
    const int LongestQuote = 40;

    readonly List<int> _misfitRows = [];

    public string Header { get; } = header;

    /// <summary>The supposed form.</summary>
    public abstract CellForms Form { get; }

    public CellCensus Census { get; } = new();

    /// <summary>Rows with a value that does not fit, in order.</summary>
    public IReadOnlyList<int> MisfitRows => _misfitRows;

    /// <summary>The first of them with line and text.</summary>
    public List<Misfit> Misfits { get; } = [];

    /// <summary>Adds the cell of the next row.</summary>
    public void Add(ReadOnlySpan<byte> cell, int row, long line)
    {
        if (missing.LooksLikeValue && missing.Is(cell)) AddMissing();
        else AddCell(cell, row, line);
    }

    /// <summary>Adds the cell of the next row; it may still be missing.</summary>
    protected abstract void AddCell(ReadOnlySpan<byte> cell, int row, long line);

    /// <summary>Adds rows without a value.</summary>
    public abstract void AddMissing(int count = 1);

    /// <summary>The column, less some rows.</summary>
    public abstract Column Build(ColumnName name, ReadOnlySpan<int> dropped);

    public static ColumnBuilder Of(CellForms form, string header, MissingCell missing, int reports) => form switch
    {
        CellForms.Text => new TextBuilder(header, missing, reports),
        CellForms.Boolean => new BooleanBuilder(header, missing, reports),
        CellForms.PointNumber or CellForms.CommaNumber => new NumberBuilder(form, header, missing, reports),
        _ => new TimeBuilder(form, header, missing, reports),
    };

    protected bool IsMissing(ReadOnlySpan<byte> cell) => missing.Is(cell);

    protected void Misfit(ReadOnlySpan<byte> cell, int row, long line)
    {
        _misfitRows.Add(row);
        if (Misfits.Count < reports) Misfits.Add(new(row, line, Quote(cell)));
    }

    static string Quote(ReadOnlySpan<byte> cell)
    {
        string text = Encoding.UTF8.GetString(cell[..Math.Min(cell.Length, 4 * LongestQuote)]);
        return text.Length > LongestQuote ? text[..LongestQuote] + "…" : text;
    }
}
