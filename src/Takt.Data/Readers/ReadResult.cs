using System.Text.Json.Serialization;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>How a file lays out its rows.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FileLayout>))]
public enum FileLayout
{
    /// <summary>Cells between delimiters, a row a line (RFC 4180 and its relatives).</summary>
    Delimited,

    /// <summary>A JSON object a line.</summary>
    JsonLines,
}

/// <summary>What a file turned out to be.</summary>
/// <param name="Layout">How it lays out its rows.</param>
/// <param name="Delimiter">What stands between the cells; a space stands for runs of spaces; null for JSON-lines.</param>
/// <param name="Encoding">How its characters are coded, for example <c>utf-8</c>.</param>
/// <param name="Header">Whether its first line holds the names.</param>
/// <param name="Compressed">Whether it was packed with gzip.</param>
public sealed record FileFormat(FileLayout Layout, char? Delimiter, string Encoding, bool Header, bool Compressed);

/// <summary>A table and what is to be known about the file it came from.</summary>
/// <param name="Table">The good rows.</param>
/// <param name="Format">What the file turned out to be.</param>
/// <param name="BadRows">One for each bad row that was left out, by line; beyond <see cref="ReadOptions.MaxReports"/> one that counts the rest. Empty if all was well.</param>
/// <param name="Sha256">SHA-256 of the file's bytes as they lie on the disk, lower-case hex.</param>
public sealed record ReadResult(Table Table, FileFormat Format, IReadOnlyList<Problem> BadRows, string Sha256)
{
    /// <summary>How many rows were left out; at least the number of <see cref="BadRows"/>.</summary>
    public long BadRowCount { get; init; }
}
