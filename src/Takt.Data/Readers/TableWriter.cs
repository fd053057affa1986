using System.IO.Compression;
using Takt.Data.Files;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Writes a table so that <see cref="TableReader"/> gives the same table back: numbers in their shortest exact form, times in ISO 8601, headers with units.</summary>
/// <remarks>What a text file cannot keep: text that reads as a number, a time or "no value" (give <see cref="ReadOptions.Kinds"/> when reading it).</remarks>
public static class TableWriter
{
    /// <summary>Writes a file in one step: either it is there whole, or what was there before still is.</summary>
    /// <param name="table">The table.</param>
    /// <param name="path">The extension says how: .csv, .tsv, .jsonl or .ndjson, each with .gz behind it for gzip.</param>
    /// <exception cref="InputException">The extension is another one, or the folder is not there.</exception>
    public static void Write(Table table, string path)
    {
        bool packed = Path.GetExtension(path).Equals(".gz", StringComparison.OrdinalIgnoreCase);
        Action<Table, Stream> write = FileName.ExtensionOf(path) switch
        {
            ".csv" => (t, s) => WriteCsv(t, s),
            ".tsv" => (t, s) => WriteCsv(t, s, '\t'),
            ".jsonl" or ".ndjson" => WriteJsonLines,
            var other => throw new InputException($"'{other}' in '{path}'", ".csv, .tsv, .jsonl or .ndjson, each also with .gz", "Give the file one of these extensions"),
        };
        AtomicFile.CheckPlace(path);

        AtomicFile.Write(path, file =>
        {
            if (!packed)
            {
                write(table, file);
                return;
            }

            using var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
            write(table, gzip);
        });
    }

    /// <summary>Writes delimited UTF-8 without byte order mark, lines ending in LF, quotes only where they are needed.</summary>
    /// <param name="table">The table.</param>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="delimiter">Comma by default; not a space, as empty cells would vanish between spaces.</param>
    public static void WriteCsv(Table table, Stream stream, char delimiter = ',')
    {
        ArgumentOutOfRangeException.ThrowIfEqual(delimiter, ' ');
        var csv = new CsvOutput(stream, delimiter);
        foreach (var column in table.Columns) csv.Text(HeaderOf(column), alone: false);
        csv.EndRow();
        for (int row = 0; row < table.RowCount; row++)
        {
            foreach (var column in table.Columns)
            {
                if (column.IsMissing(row)) csv.Missing(alone: table.Columns.Count == 1);
                else if (column is NumberColumn { Kind: ColumnKind.Number } numbers) csv.Number(numbers.Values[row]);
                else if (column is TimeColumn times) csv.Time(times.Values[row]!.Value);
                else csv.Text(column.TextAt(row), alone: table.Columns.Count == 1);
            }

            csv.EndRow();
        }

        csv.Flush();
    }

    /// <summary>Writes a JSON object a row, each with all columns; null where there is no value.</summary>
    /// <param name="table">The table.</param>
    /// <param name="stream">Where to; it stays open.</param>
    public static void WriteJsonLines(Table table, Stream stream) => JsonLinesOutput.Write(table, stream);

    internal static string HeaderOf(Column column) => new ColumnName(column.Name, column.Unit).ToString();
}
