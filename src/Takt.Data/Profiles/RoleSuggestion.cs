using System.Text.RegularExpressions;
using Takt.Data.Schemas;
using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>Guesses what columns are for, from their values first and their names second.</summary>
static partial class RoleSuggestion
{
    /// <summary>Whole numbers without order may differ from each other by chance; over so many rows hardly.</summary>
    const int EnoughRows = 50;

    /// <summary>Sets the role of every column.</summary>
    /// <param name="columns">All columns.</param>
    /// <param name="known">Roles that are known, by bare name.</param>
    /// <param name="rows">The number of rows.</param>
    public static void Assign(IReadOnlyList<ColumnFacts> columns, IReadOnlyDictionary<string, ColumnRole> known, int rows)
    {
        foreach (var column in columns)
        {
            column.IdBecause = IdReason(column, rows);
            column.Role = known.TryGetValue(column.Name, out var role) ? role
                : column.Distinct <= 1 ? ColumnRole.Ignored
                : column.IdBecause is not null ? ColumnRole.Id
                : ColumnRole.Feature;
        }

        if (!known.Values.Contains(ColumnRole.Time) && columns.FirstOrDefault(c => c.Column.Kind == ColumnKind.Time && c.Role == ColumnRole.Feature) is { } time)
            time.Role = ColumnRole.Time;
        if (!known.Values.Contains(ColumnRole.Group)) SuggestGroup(columns, known, rows);
    }

    /// <summary>The column whose name says that it is the outcome, or null.</summary>
    public static string? Target(IReadOnlyList<ColumnFacts> columns) =>
        columns.LastOrDefault(c => c.Role == ColumnRole.Feature && c.Distinct > 1 && TargetName().IsMatch(c.Name))?.Name;

    static string? IdReason(ColumnFacts column, int rows)
    {
        if (column.Present < rows || rows < 10) return null;
        if (column.Column is NumberColumn numbers && column.IsWhole && column.Distinct == rows)
        {
            int rising = 0, falling = 0;
            for (int i = 1; i < rows; i++)
            {
                if (numbers.Values[i] > numbers.Values[i - 1]) rising++;
                else falling++;
            }

            if (rising == 0 || falling == 0) return "whole numbers that only rise or only fall, each once";
            return rows >= EnoughRows ? "whole numbers, each once" : null;
        }

        bool serials = column.Column is TextColumn texts && column.Distinct >= 0.95 * rows && rows >= EnoughRows && texts.Values.Average(t => t?.Length ?? 0) <= 40;
        return serials ? $"{Figures.Of(column.Distinct)} different texts in {Figures.Of(rows)} rows" : null;
    }

    /// <summary>A group by its course (each value one run of rows, in which a counter starts anew, as engines and their cycles) or by its name.</summary>
    static void SuggestGroup(IReadOnlyList<ColumnFacts> columns, IReadOnlyDictionary<string, ColumnRole> known, int rows)
    {
        var free = columns.Where(c => c.Role is ColumnRole.Feature or ColumnRole.Time && !known.ContainsKey(c.Name) && c.Present == rows).ToList();
        foreach (var group in free.Where(c => (c.IsWhole || c.Column is TextColumn) && c.Distinct > 1 && c.Distinct <= rows / 3))
        {
            if (Runs(group, rows) is not { } starts) continue;
            if (free.Find(c => c != group && CountsWithin(c, starts, rows)) is not { } counter) continue;
            group.Role = ColumnRole.Group;
            if (!columns.Any(c => c.Role == ColumnRole.Time)) counter.Role = ColumnRole.Time;
            return;
        }

        if (free.Find(c => c.Role == ColumnRole.Feature && GroupName().IsMatch(c.Name) && (c.IsWhole || c.Column is TextColumn) && c.Distinct > 1 && c.Distinct <= rows / 3) is { } named)
            named.Role = ColumnRole.Group;
    }

    /// <summary>Where the runs of equal values start, if each value has one run only.</summary>
    static bool[]? Runs(ColumnFacts column, int rows)
    {
        bool[] starts = new bool[rows];
        int runs = 1;
        for (int row = 1; row < rows; row++)
        {
            bool changes = column.Column is NumberColumn numbers ? numbers.Values[row] != numbers.Values[row - 1] : column.Column.TextAt(row) != column.Column.TextAt(row - 1);
            if (!changes) continue;
            starts[row] = true;
            if (++runs > column.Distinct) return null;
        }

        return starts;
    }

    /// <summary>Whether the column rises in every run and falls back where one starts.</summary>
    static bool CountsWithin(ColumnFacts column, bool[] starts, int rows)
    {
        Func<int, double>? at = column.Column switch
        {
            NumberColumn numbers when column.IsWhole => row => numbers.Values[row],
            TimeColumn times => row => times.Values[row]!.Value.Ticks,
            _ => null,
        };
        if (at is null) return false;
        for (int row = 1; row < rows; row++)
            if (starts[row] == at(row) > at(row - 1)) return false;
        return true;
    }

    [GeneratedRegex("target|label|class$|fail|fault|defect|anomal|outcome|^y$|^rul$|remaining|quality|^cnt$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TargetName();

    [GeneratedRegex("^(machine|asset|engine|device|equipment|station|line|unit|batch|lot|tool|robot|pump|motor)([ _]?(id|no|nr|number|name|code))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GroupName();
}
