using Takt.Data.Pipelines.Frames;
using Takt.Data.Schemas;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Targets;

/// <summary>The life that remains at each row: the time of the last row of its group less its own, where every history runs to the failure.</summary>
public static class RemainingLife
{
    /// <summary>The name of the column unless another is asked for.</summary>
    public const string DefaultName = "Remaining life";

    /// <summary>Computes the column.</summary>
    /// <param name="table">Rows of whole histories.</param>
    /// <param name="groups">What a history belongs to; none means that the table is one history.</param>
    /// <param name="time">A rising number (cycles) or a time; its unit is the column's. Points in time give hours.</param>
    /// <param name="cap">Longest life told apart: longer ones become it (Heimes 2008 has about 130 for C-MAPSS: earlier no wear is to be seen). Null: none.</param>
    /// <param name="lifeAfterLast">For histories that were cut off before the failure: the true life after the last row of each group, in order of the groups' first
    /// appearance; null: every history ends with the failure.</param>
    /// <param name="name">The name of the column.</param>
    /// <exception cref="InputException">A missing time, a time column of text, or not one life for each group.</exception>
    public static NumberColumn Compute(Table table, IReadOnlyList<Column> groups, Column time, double? cap = null, IReadOnlyList<double>? lifeAfterLast = null, string name = DefaultName)
    {
        double[] times = TimesOf(time);
        var order = new RowOrder(table.RowCount, groups, time);
        if (lifeAfterLast is not null && lifeAfterLast.Count != order.GroupCount)
            throw new InputException($"{lifeAfterLast.Count} lives after the last row", $"{order.GroupCount}, one for each group in the data");

        double[] life = new double[table.RowCount];
        for (int group = 0; group < order.GroupCount; group++)
        {
            var rows = order.Group(group);
            double end = times[rows[^1]] + (lifeAfterLast?[group] ?? 0);
            foreach (int row in rows) life[row] = Math.Min(end - times[row], cap ?? double.PositiveInfinity);
        }

        return new(name, life, time is TimeColumn ? "h" : time.Unit);
    }

    /// <summary>The table with the column, and the schema with it as target; group and time come from the schema's roles.</summary>
    /// <exception cref="InputException">The schema has no time column, or as for <see cref="Compute"/>.</exception>
    /// <inheritdoc cref="Compute"/>
    public static (Table Table, Schema Schema) AddTo(Table table, Schema schema, double? cap = null, IReadOnlyList<double>? lifeAfterLast = null, string name = DefaultName)
    {
        if (schema.Of(ColumnRole.Time).FirstOrDefault() is not { } time)
            throw new InputException("remaining life as target, but no time column", "a column that says when (cycle, hours)", "Name it: data: { time: cycle, group: unit }");
        if (table.Find(name) is not null)
            throw new InputException($"remaining life would be called '{name}', which the data already has", "a new name", $"Make '{name}' the target itself, or ignore it under another name");
        var column = Compute(table, [.. schema.Of(ColumnRole.Group).Select(g => table[g.Name])], table[time.Name], cap, lifeAfterLast, name);
        return (table.With(column), new([.. schema.Columns, new(name, ColumnKind.Number, ColumnRole.Target, column.Unit)]));
    }

    static double[] TimesOf(Column time)
    {
        for (int row = 0; row < time.Length; row++)
            if (time.IsMissing(row))
                throw new InputException($"no time in column '{time.Name}'", "a time in every row, as remaining life is counted from it", where: $"row {row + 1}");
        return time switch
        {
            NumberColumn numbers => numbers.Values,
            TimeColumn times => [.. times.Values.Select(t => TimeSpan.FromTicks(t!.Value.Ticks).TotalHours)],
            _ => throw new InputException($"time column '{time.Name}' holds text", "numbers or points in time"),
        };
    }
}
