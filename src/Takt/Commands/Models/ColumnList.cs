using Takt.Data.Readers;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Commands.Models;

/// <summary>Columns as <c>takt models import --columns</c> takes them: "Torque [Nm], Speed [rpm]", a file with one a line, or a table whose columns they are.</summary>
static class ColumnList
{
    static readonly string[] s_tables = [".csv", ".tsv", ".jsonl", ".gz"];

    /// <summary>Reads a list.</summary>
    /// <param name="text">The list, or the path of a file. A table also tells ranges, categories and typical values.</param>
    /// <exception cref="InputException">It is empty, or the file is no table.</exception>
    public static IReadOnlyList<ColumnSchema> Read(string text)
    {
        if (File.Exists(text) && s_tables.Contains(Path.GetExtension(text), StringComparer.OrdinalIgnoreCase))
            return SchemaFitting.Fit(TableReader.Read(text).Table, new Dictionary<string, ColumnRole>()).Columns;
        string[] headers = (File.Exists(text) ? File.ReadAllText(text).Split('\n') : text.Split(',')).Select(h => h.Trim()).Where(h => h.Length > 0).ToArray();
        return headers.Length == 0
            ? throw new InputException("no column", "names with units, as in 'Torque [Nm], Speed [rpm]', or a file of them", where: "--columns")
            : [.. headers.Select(ColumnName.Parse).Select(c => new ColumnSchema(c.Name, ColumnKind.Number, ColumnRole.Feature, c.Unit))];
    }
}
