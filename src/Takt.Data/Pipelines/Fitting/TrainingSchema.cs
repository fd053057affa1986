using System.Globalization;
using Takt.Data.Pipelines.Frames;
using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Fitting;

/// <summary>Writes into a schema what the training rows hold: the range a form should offer, the typical row that explanations compare with.</summary>
static class TrainingSchema
{
    /// <summary>Categories listed; a page cannot offer more to choose from.</summary>
    const int MostCategories = 100;

    /// <summary>The schema with what the training rows hold; a column in <paramref name="used"/> (read by the steps, or a feature as it is)
    /// becomes a feature if it was none, a feature outside it becomes ignored.</summary>
    public static Schema Describe(Schema schema, Table training, HashSet<string> used) => new([.. schema.Columns.Select(column =>
    {
        var role = (column.Role, used.Contains(column.Name)) switch
        {
            (ColumnRole.Feature, false) => ColumnRole.Ignored,
            (ColumnRole.Ignored or ColumnRole.Id, true) => ColumnRole.Feature,
            _ => column.Role,
        };
        var described = column with { Role = role };
        return training.Find(column.Name) is { } data && role is not (ColumnRole.Ignored or ColumnRole.Id)
            ? Describe(described, InputColumns.Convert(data, column.Kind) ?? data) : described;
    })]);

    static ColumnSchema Describe(ColumnSchema column, Column data)
    {
        switch (data)
        {
            case NumberColumn number:
                double[] sorted = Statistics.Sorted(number.Values);
                if (sorted.Length == 0) return column;
                double typical = column.Kind == ColumnKind.Boolean ? Statistics.MostFrequent(sorted) : Statistics.Quantile(sorted, 0.5);
                return column with
                {
                    Minimum = sorted[0], Maximum = sorted[^1],
                    Typical = new NumberColumn(column.Name, [typical], isBoolean: column.Kind == ColumnKind.Boolean).TextAt(0),
                };
            case TextColumn text:
                var counts = Statistics.Counts(text);
                return column with { Typical = counts.Count == 0 ? null : counts[0].Key, Categories = [.. counts.Take(MostCategories).Select(c => c.Key)] };
            case TimeColumn time:
                var times = time.Values.Where(t => t is not null).Order().ToList();
                return times.Count == 0 ? column : column with { Typical = times[times.Count / 2]!.Value.ToString("O", CultureInfo.InvariantCulture) };
            default:
                return column;
        }
    }
}
