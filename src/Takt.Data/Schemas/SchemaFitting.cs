using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Schemas;

/// <summary>Makes the schema of a model from its training data.</summary>
public static class SchemaFitting
{
    /// <summary>The most categories that a schema names.</summary>
    const int MostCategories = 100;

    /// <summary>Kind, unit, range, typical value and categories of every column.</summary>
    /// <param name="training">The training rows alone: what is learned from others would leak.</param>
    /// <param name="roles">Roles by column name, with or without unit; columns that are not named are features.</param>
    /// <exception cref="InputException">A name is no column's; all of them are reported, with the nearest right ones.</exception>
    public static Schema Fit(Table training, IReadOnlyDictionary<string, ColumnRole> roles)
    {
        var byName = new Dictionary<string, ColumnRole>();
        var problems = new List<Problem>();
        foreach (var (name, role) in roles)
        {
            var column = training.Find(name) ?? training.Find(ColumnName.Parse(name).Name);
            if (column is null) problems.Add(new($"there is no column '{name}' to be {role.ToString().ToLowerInvariant()}", WayOut: training.Suggest(name)));
            else byName[column.Name] = role;
        }

        if (problems.Count > 0) throw new InputException(problems);
        return new([.. training.Columns.Select(c => Describe(c, byName.GetValueOrDefault(c.Name, ColumnRole.Feature)))]);
    }

    static ColumnSchema Describe(Column column, ColumnRole role)
    {
        var schema = new ColumnSchema(column.Name, column.Kind, role, column.Unit);
        switch (column)
        {
            case NumberColumn { Kind: ColumnKind.Number } numbers:
                double[] sorted = [.. numbers.Values.Where(v => !double.IsNaN(v)).Order()];
                if (sorted.Length == 0) return schema;
                double median = sorted[(sorted.Length - 1) / 2];   // a value that occurred, not a mean of two that may never occur
                return schema with { Minimum = sorted[0], Maximum = sorted[^1], Typical = new NumberColumn(column.Name, [median]).TextAt(0) };
            case NumberColumn booleans:
                int known = booleans.Values.Count(v => !double.IsNaN(v)), truths = booleans.Values.Count(v => v == 1);
                return known == 0 ? schema : schema with { Minimum = 0, Maximum = 1, Typical = 2 * truths > known ? "true" : "false" };
            case TextColumn texts:
                string[] categories = [.. texts.Values.OfType<string>().CountBy(v => v).OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Key).Take(MostCategories)];
                return schema with { Typical = categories.FirstOrDefault(), Categories = categories };
            default:
                return schema;
        }
    }
}
