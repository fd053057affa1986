using System.Globalization;
using Takt.Data.Tables;

namespace Takt.Data.Targets;

/// <summary>The order of classes. With two of them the second is the positive one: the event whose probability is asked for.</summary>
static class ClassOrder
{
    /// <summary>Labels that name the event, in any letter case, as plants and public data sets write them.</summary>
    static readonly HashSet<string> Events = new(StringComparer.OrdinalIgnoreCase)
    {
        "1", "true", "yes", "y", "t", "positive", "pos", "+",
        "fail", "failed", "failure", "fault", "faulty", "error", "alarm", "anomaly", "anomalous", "abnormal", "attack",
        "defect", "defective", "nok", "not ok", "ng", "bad", "reject", "rejected", "scrap", "broken", "down", "stop",
    };

    /// <summary>Numbers by size, false before true, text ordinally; then, of two, the negative before the positive.</summary>
    /// <param name="column">The target.</param>
    /// <param name="rows">Rows with a value.</param>
    /// <param name="positive">The positive one if it was named.</param>
    public static string[] Of(Column column, int[] rows, string? positive)
    {
        var counts = rows.GroupBy(column.TextAt).ToDictionary(c => c.Key, c => c.Count());
        string[] classes = column.Kind == ColumnKind.Number
            ? [.. counts.Keys.OrderBy(k => double.Parse(k, CultureInfo.InvariantCulture))]
            : [.. counts.Keys.Order(StringComparer.Ordinal)];
        if (classes.Length == 2 && Positive(classes, counts, positive) == classes[0]) Array.Reverse(classes);
        return classes;
    }

    /// <summary>The one that is named; else the one that is an event by its name, if the other is not; else the rarer one; of equals the later.</summary>
    static string Positive(string[] classes, Dictionary<string, int> counts, string? positive)
    {
        if (positive is not null) return positive;
        bool first = Events.Contains(classes[0]), second = Events.Contains(classes[1]);
        if (first != second) return first ? classes[0] : classes[1];
        return counts[classes[0]] < counts[classes[1]] ? classes[0] : classes[1];
    }
}
