using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Rows;

/// <summary>Finds the column that a key of a JSON row means. What has been found once is remembered, as all rows have the same keys.</summary>
sealed class RowKeys(Schema schema)
{
    readonly Dictionary<string, (ColumnSchema? Column, Problem? Problem)> _found = [];

    /// <summary>Whether a model reads the column from a row.</summary>
    public static bool IsRead(ColumnSchema column) => column.Role is ColumnRole.Feature or ColumnRole.Group or ColumnRole.Time;

    /// <summary>The column, or what is wrong with the key.</summary>
    public (ColumnSchema? Column, Problem? Problem) Find(string key)
    {
        if (!_found.TryGetValue(key, out var found)) _found[key] = found = Look(key);
        return found;
    }

    (ColumnSchema? Column, Problem? Problem) Look(string key)
    {
        string name = ColumnName.Parse(key).Name;
        if ((schema.Find(key) ?? schema.Find(name)) is { } column) return (column, UnitMatch.Check(key, schema, key));
        return (null, new($"there is no column '{key}'", WayOut: NearestName.Suggest(name, [.. schema.Columns.Where(IsRead).Select(c => c.Name)]), Where: key));
    }
}
