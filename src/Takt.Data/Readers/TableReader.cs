using Takt.Data.Files;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Reads a table from a delimited file (comma, semicolon, tab, bar, runs of spaces) or a JSON-lines file, either also packed with gzip.
/// Delimiter, encoding, header and the kinds of the columns are found out from the file; every bad row is reported.</summary>
/// <remarks>A file is read once, and a second time only if later rows belie the kinds that the first thousand suggest. Beside the columns it takes a few buffers of memory, however long the file.</remarks>
public static class TableReader
{
    /// <summary>A header and a row, however wide, are seen whole before anything is decided.</summary>
    const int WholeLines = 3;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; .jsonl and .ndjson are JSON-lines, others are looked at.</param>
    /// <param name="options">How; null for all defaults.</param>
    /// <param name="progress">The fraction read so far, 0 to 1.</param>
    /// <param name="stop">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="InputException">There is no such file, it is no table, or rows are bad; all bad rows are reported together, up to <see cref="ReadOptions.MaxReports"/>.</exception>
    public static ReadResult Read(string path, ReadOptions? options = null, IProgress<double>? progress = null, CancellationToken stop = default)
    {
        using var file = Open(path);
        return Read(file, path, options, progress, stop);
    }

    /// <summary>Reads a stream from where it stands to its end.</summary>
    /// <param name="stream">The bytes of a file. One that cannot seek is copied to a temporary file as it is read. It stays open.</param>
    /// <param name="name">The file's name, for messages and for its extension.</param>
    /// <param name="options">How; null for all defaults.</param>
    /// <param name="progress">The fraction read so far, 0 to 1.</param>
    /// <param name="stop">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <inheritdoc cref="Read(string, ReadOptions?, IProgress{double}?, CancellationToken)" path="/exception"/>
    public static ReadResult Read(Stream stream, string name, ReadOptions? options = null, IProgress<double>? progress = null, CancellationToken stop = default)
    {
        options ??= new ReadOptions();
        using var file = new FileBytes(stream, progress, stop);
        IReadOnlyDictionary<string, CellForms>? settled = null;
        CsvDialect? dialect = null;
        while (true)
        {
            using var source = TextSource.Open(file, name, options.Encoding);
            var text = new TextBuffer(source, options.MaxLineLength);
            if (!text.FillLines(WholeLines)) throw LineLimit.Exceeded(name, 1, options.MaxLineLength);
            bool json = IsJsonLines(text, name, options);
            if (!json) dialect ??= CsvDialect.Infer(text, name, options);
            var draft = json ? JsonTable.Read(text, name, options, settled) : CsvTable.Read(text, name, options, dialect!, settled);
            if (draft.IsSettled(out settled))
            {
                var (table, badRows, badRowCount) = draft.Finish();
                var format = new FileFormat(json ? FileLayout.JsonLines : FileLayout.Delimited, dialect?.Delimiter, source.Encoding.WebName, dialect?.HasHeader ?? false, source.Compressed);
                return new(table, format, badRows, file.Sha256()) { BadRowCount = badRowCount };
            }

            file.Rewind();
        }
    }

    static FileStream Open(string path)
    {
        if (Directory.Exists(path)) throw new InputException($"'{path}' is a folder", "a file", "Name one of the files in it");
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1, FileOptions.SequentialScan);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"there is no file '{path}'", wayOut: Nearby(path));
        }
        catch (UnauthorizedAccessException)
        {
            throw new InputException($"'{path}' may not be read", "a file this program may read", "Give it permission to read");
        }
    }

    static string Nearby(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder)) return $"There is no folder '{folder}' either; check the path";
        return NearbyFile.Guess(path) ?? $"Check the path; it was looked for in '{folder}'";
    }

    static bool IsJsonLines(TextBuffer text, string name, ReadOptions options)
    {
        string extension = FileName.ExtensionOf(name);
        var start = text.Bytes.AsSpan(0, text.End).TrimStart(" \t\r\n"u8);
        if (extension is ".json" && start is [(byte)'[', ..])
            throw new InputException("the file is one JSON list", "JSON-lines: an object in each line", "Turn it into lines, for example with: jq -c '.[]'", name);
        return extension is ".jsonl" or ".ndjson" || (options.Delimiter is null && start.StartsWith("{\""u8));
    }
}
