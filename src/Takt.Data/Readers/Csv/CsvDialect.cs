using System.Text;
using Takt.Data.Schemas;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>How a delimited file is written, and what its first rows suggest for its columns.</summary>
/// <param name="Delimiter">What stands between cells; a space stands for runs of spaces.</param>
/// <param name="HasHeader">Whether the first record holds names.</param>
/// <param name="Headers">One a column.</param>
/// <param name="Guesses">The form that the first rows suggest, one a column.</param>
sealed record CsvDialect(char Delimiter, bool HasHeader, IReadOnlyList<string> Headers, IReadOnlyList<CellForms> Guesses)
{
    /// <summary>Enough rows for a good guess; a wrong one costs a second reading, nothing else.</summary>
    const int SampleRows = 1000;

    /// <summary>Whether numbers may have a decimal comma.</summary>
    public bool Commas => Delimiter != ',';

    /// <summary>Finds the dialect from the first lines.</summary>
    /// <exception cref="InputException">The given delimiter or names do not fit the file, or names come twice.</exception>
    public static CsvDialect Infer(TextBuffer text, string name, ReadOptions options)
    {
        char? said = options.Delimiter ?? (FileName.ExtensionOf(name) is ".tsv" ? '\t' : null);
        char delimiter = said ?? DelimiterInference.Best(text);
        var records = Records(text, delimiter);
        if (records.Count == 0) throw new InputException("there is nothing but blank lines", "a header and rows", where: name);
        if (said is { } given && records[0].Length == 1) DelimiterInference.RefuseIfAnotherSplits(text, given, name);

        var missing = new MissingCell(options.Missing);
        bool commas = delimiter != ',';
        bool header = options.Header ?? (options.Columns is null && HeaderInference.HasHeader(records, missing, commas));
        int width = Width(records, header);
        var headers = options.Columns is { } columns ? Given(columns, width, name)
            : header ? FromFile(records[0], width)
            : Known(options.Schema, width) ?? [.. Numbered(width)];
        RefuseDuplicates(headers, name);
        return new(delimiter, header, headers, HeaderInference.Guess(records.Skip(header ? 1 : 0), width, missing, commas));
    }

    static List<string[]> Records(TextBuffer text, char delimiter)
    {
        var records = new List<string[]>();
        var csv = new CsvRecords(text.Sample(), delimiter);
        while (records.Count < SampleRows && csv.Read())
        {
            if (csv.Fault != QuoteFault.None) continue;
            string[] cells = new string[csv.Count];
            for (int i = 0; i < cells.Length; i++) cells[i] = Encoding.UTF8.GetString(csv[i]);
            records.Add(cells);
        }

        return records;
    }

    /// <summary>The cells of the first record, or of most records if there is no header; less one where every line ends in a delimiter.</summary>
    static int Width(List<string[]> records, bool header)
    {
        int width = header ? records[0].Length : records.CountBy(r => r.Length).MaxBy(r => r.Value).Key;
        bool trailing = width > 1 && (!header || records[0][^1].Length == 0) && records.TrueForAll(r => r.Length < width || r[width - 1].Length == 0);
        return trailing && records.Exists(r => r.Length >= width) ? width - 1 : width;
    }

    static List<string> FromFile(string[] cells, int width) =>
        [.. cells.Take(width).Select((cell, i) => string.IsNullOrWhiteSpace(cell) ? $"c{i + 1}" : cell.Trim())];

    /// <summary>The names that a model knows for a file without header: all of its columns, or all but the target, which such a file lacks when it is to be predicted or computed.</summary>
    static string[]? Known(Schema? schema, int width)
    {
        if (schema is null) return null;
        string[] all = [.. schema.Columns.Select(c => c.Header)], inputs = [.. schema.Columns.Where(c => c.Role != ColumnRole.Target).Select(c => c.Header)];
        return all.Length == width ? all : inputs.Length == width ? inputs : null;
    }

    static IEnumerable<string> Numbered(int width) => Enumerable.Range(1, width).Select(i => $"c{i}");

    static IReadOnlyList<string> Given(IReadOnlyList<string> columns, int width, string name) => columns.Count == width
        ? columns
        : throw new InputException($"{columns.Count} column names are given and the file has {width} columns", $"{width} names", "Give one name for each column", name);

    static void RefuseDuplicates(IReadOnlyList<string> headers, string name)
    {
        var twice = headers.Select((Header, Index) => (Header, Column: Index + 1)).GroupBy(h => h.Header).Where(g => g.Count() > 1).ToList();
        if (twice.Count > 0)
            throw new InputException([.. twice.Select(g => new Problem(
                $"'{g.Key}' is the name of columns {string.Join(", ", g.Select(h => h.Column))}", "different names", "Rename all but one of them, or give the names yourself", name))]);
    }
}
