using System.Text.Json.Nodes;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;

namespace Takt.Data.Rows;

/// <summary>Turns rows of JSON into the table that a model expects.</summary>
public static class RowReader
{
    /// <summary>Reads rows against a schema.</summary>
    /// <param name="rows">One object a row. Keys are column names with or without the unit in brackets; a missing key, null, or a word such as NA is a missing value;
    /// numbers may come as text. Columns that the model does not read (target, ids, what was left out) may be there and are passed over.</param>
    /// <param name="schema">The columns; those for features, group and time are read.</param>
    /// <returns>The good rows as a table with those columns in schema order, the problems of the others by row (several a row if need be),
    /// and for each row of the table its position in <paramref name="rows"/>.</returns>
    public static (Table Table, IReadOnlyList<RowProblem> Problems, int[] GoodRows) Read(IReadOnlyList<JsonObject> rows, Schema schema)
    {
        var keys = new RowKeys(schema);
        var columns = schema.Columns.Where(RowKeys.IsRead).ToList();
        var values = columns.ConvertAll(c => RowValues.Of(c, rows.Count));
        var position = columns.Select((column, i) => (column, i)).ToDictionary(p => p.column.Name, p => p.i);
        var problems = new List<RowProblem>();
        var good = new List<int>(rows.Count);
        for (int row = 0; row < rows.Count; row++)
        {
            int before = problems.Count;
            var seen = new HashSet<string>();
            foreach (var (key, node) in Pairs(rows[row], row, problems))
            {
                var (column, problem) = keys.Find(key);
                if (column is not null && !seen.Add(column.Name)) problem = new($"column '{column.Name}' comes twice", "each column once", Where: key);
                else if (column is not null && position.TryGetValue(column.Name, out int i)) problem ??= values[i].Set(good.Count, node, key);
                if (problem is not null) problems.Add(new(row, problem));
            }

            if (problems.Count == before && !columns.Exists(c => c.Role == ColumnRole.Feature && seen.Contains(c.Name)))
                problems.Add(new(row, new("the row has none of the model's inputs", "at least one of them", $"There is: {string.Join(", ", schema.Of(ColumnRole.Feature).Select(c => c.Header))}")));
            if (problems.Count == before) good.Add(row);
            else foreach (var column in values) column.Clear(good.Count);
        }

        return (new Table([.. values.Select(v => v.Build(good.Count))]), problems, [.. good]);
    }

    static IEnumerable<KeyValuePair<string, JsonNode?>> Pairs(JsonObject row, int index, List<RowProblem> problems)
    {
        try
        {
            return [.. row];
        }
        catch (ArgumentException)   // the object was read from text in which a name comes twice; it says so only when it is looked at
        {
            problems.Add(new(index, new("a name comes twice in the row", "each name once")));
            return [];
        }
    }
}
