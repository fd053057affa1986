using Takt.Data.Pipelines.Specs;
using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Targets;

/// <summary>The rows that can teach a target.</summary>
/// <param name="Rows">Rows with a target value, in rising order.</param>
/// <param name="Notes">What was left out, for the run record.</param>
public sealed record UsableRows(int[] Rows, IReadOnlyList<string> Notes);

/// <summary>Tells before anything is trained whether a column can be learnt at all.</summary>
public static class TargetCheck
{
    /// <summary>More classes than this are not classes: a network would need an output for each.</summary>
    const int MostClasses = 1_000;

    /// <summary>So many classes with a single row are told one by one; more are no rare classes but no classes at all.</summary>
    const int MostSingles = 10;

    /// <summary>The largest number that can be learnt: predictions are single precision, and the squares that their errors are judged by must stay finite.</summary>
    const double LargestNumber = 1e30;

    /// <summary>The rows that have a target value, once the target as a whole is found fit.</summary>
    /// <param name="table">All rows, before any split.</param>
    /// <param name="target">The target's name.</param>
    /// <param name="kind">What is to be learnt.</param>
    /// <exception cref="InputException">The column is not there, holds no value, never changes, has a class with a single row, or holds text where a number is to be learnt.</exception>
    public static UsableRows Rows(Table table, string target, TargetKind kind)
    {
        if (table.Find(target) is not { } column)
        {
            throw new InputException($"no column '{target}' to be the target", "a column of the data",
                table.Suggest(target));
        }

        int[] rows = [.. Enumerable.Range(0, column.Length).Where(row => !column.IsMissing(row))];
        if (rows.Length == 0) throw new InputException($"target '{target}' has no value in any of {column.Length} rows", "a value in the rows to learn from");
        if (kind == TargetKind.Regression) CheckNumbers(column, rows);
        else CheckClasses(column, rows);

        int without = column.Length - rows.Length;
        return new(rows, without == 0 ? [] : [$"{without} of {column.Length} rows have no value in target '{target}' and are left out"]);
    }

    static void CheckNumbers(Column column, int[] rows)
    {
        if (column is not NumberColumn { Values: var values })
        {
            throw new InputException($"target '{column.Name}' holds {ColumnSuits.Word(column.Kind)} ('{column.TextAt(rows[0])}' in row {rows[0] + 1})", "numbers, for regression",
                column.Kind == ColumnKind.Text ? "Use task: classification, or name another target" : "Name another target");
        }

        int vast = Array.FindIndex(rows, row => Math.Abs(values[row]) > LargestNumber);
        if (vast >= 0)
            throw new InputException($"target '{column.Name}' is {column.TextAt(rows[vast])} in row {rows[vast] + 1}", $"numbers within ±1e30", "Correct it, or give the target in a larger unit");
        if (rows.Length < 2 || Array.TrueForAll(rows, row => values[row] == values[rows[0]]))
            throw new InputException($"target '{column.Name}' is {column.TextAt(rows[0])} in every row", "values that differ", "There is nothing to learn; name another target");
    }

    static void CheckSingles(Column column, IReadOnlyList<IGrouping<string, int>> singles, int classes)
    {
        const string expected = "at least two, one to learn from and one to test on";
        if (singles.Count == 0) return;
        throw singles.Count <= MostSingles
            ? new InputException([.. singles.Select(c => new Problem($"class '{c.Key}' of target '{column.Name}' has a single row (row {c.First() + 1})", expected, "Add rows of that class, or leave the row out"))])
            : new InputException($"{singles.Count} of {classes} classes of target '{column.Name}' have a single row, as '{singles[0].Key}' (row {singles[0].First() + 1})", expected,
                column.Kind == ColumnKind.Number ? "Use task: regression for a number that is measured" : "Name another target, or bring rare classes together");
    }

    static void CheckClasses(Column column, int[] rows)
    {
        if (column.Kind == ColumnKind.Time) throw new InputException($"target '{column.Name}' holds points in time", "text, booleans or numbers as classes");
        var counts = rows.GroupBy(column.TextAt).OrderBy(c => c.Key, StringComparer.Ordinal).ToList();
        if (counts.Count == 1)
        {
            throw new InputException($"target '{column.Name}' has one class only: '{counts[0].Key}' in all {rows.Length} rows", "at least two classes",
                "There is nothing to tell apart; add rows of the other class or name another target");
        }

        if (counts.Count > MostClasses)
            throw new InputException($"target '{column.Name}' has {counts.Count} classes", $"at most {MostClasses}", "Use task: regression for a number, or name another target");
        CheckSingles(column, [.. counts.Where(c => c.Count() == 1)], counts.Count);
    }
}
