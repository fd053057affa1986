using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Reads the records of a delimited file into a draft.</summary>
static class CsvTable
{
    public static TableDraft Read(TextBuffer text, string name, ReadOptions options, CsvDialect dialect, IReadOnlyDictionary<string, CellForms>? settled)
    {
        var draft = new TableDraft(name, options, settled, dialect.Commas);
        for (int i = 0; i < dialect.Headers.Count; i++) draft.AddColumn(dialect.Headers[i], Guess(draft, dialect, i));
        ColumnBuilder[] columns = [.. draft.Columns];

        var csv = new CsvRecords(text, dialect.Delimiter);
        if (dialect.HasHeader) csv.Read();
        while (csv.Read())
        {
            bool fits = csv.Count == columns.Length || (csv.Count == columns.Length + 1 && csv[columns.Length].IsEmpty);   // one more where lines end in a delimiter
            if (csv.Fault != QuoteFault.None || !fits)
            {
                Fault(draft, csv, columns.Length, dialect.HasHeader);
                continue;
            }

            for (int i = 0; i < columns.Length; i++) columns[i].Add(csv[i], draft.Rows, csv.Line);
            draft.EndRow();
        }

        if (csv.IsTooLong) draft.Finish(LineLimit.Exceeded(name, csv.Line, options.MaxLineLength));
        return draft;
    }

    /// <summary>What was asked for goes before what the first rows suggest, so that the file need not be read twice.</summary>
    static CellForms Guess(TableDraft draft, CsvDialect dialect, int column)
    {
        var guess = dialect.Guesses[column];
        return draft.KindOf(dialect.Headers[column]) is { } kind && CellCensus.KindOf(guess) != kind ? new CellCensus().Decide(kind, dialect.Commas) : guess;
    }

    static void Fault(TableDraft draft, CsvRecords csv, int width, bool header)
    {
        if (csv.Fault == QuoteFault.Unclosed)
            draft.Fault(csv.Line, csv.Count + 1, "a quote opens and never closes", "a closing quote; a quote inside quotes is doubled");
        else if (csv.Fault == QuoteFault.TextAfter)
            draft.Fault(csv.Line, csv.Count + 1, "more text after a closing quote", "a delimiter or the line's end; a quote inside quotes is doubled");
        else
            draft.Fault(csv.Line, 0, csv.Count == 1 ? "1 cell" : $"{csv.Count} cells", header ? $"{width}, as in the header" : $"{width}, as in most lines");
    }
}

/// <summary>The sentence for a line that is longer than allowed.</summary>
static class LineLimit
{
    public static InputException Exceeded(string name, long line, int limit) =>
        new($"the line is longer than {limit} bytes", "lines that end",
            "Check that this is a table with line ends", $"{name} line {line}");
}
