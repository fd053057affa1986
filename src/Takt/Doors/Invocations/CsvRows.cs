using System.Text.Json.Nodes;
using Takt.Data.Readers;

namespace Takt.Doors.Invocations;

/// <summary>A table in a request, read by the very reader that reads files: delimiter, header and kinds found out, every bad row reported.</summary>
static class CsvRows
{
    /// <summary>The rows by column name.</summary>
    /// <exception cref="Protocols.Problems.InputException">It is no table, or rows are bad.</exception>
    public static List<JsonObject> Read(ReadOnlyMemory<byte> body)
    {
        using var stream = new MemoryStream(body.ToArray(), writable: false);
        var table = TableReader.Read(stream, "the body.csv").Table;
        using var lines = new MemoryStream();
        TableWriter.WriteJsonLines(table, lines);
        lines.Position = 0;
        using var reader = new StreamReader(lines);
        var rows = new List<JsonObject>();
        while (reader.ReadLine() is { } line) rows.Add(JsonNode.Parse(line)!.AsObject());
        return rows;
    }
}
