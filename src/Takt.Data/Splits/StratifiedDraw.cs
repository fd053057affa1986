using Takt.Data.Tables;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Data.Splits;

/// <summary>Of each class its share: rounded down, and the rows then missing from the whole go to the classes with the largest remainders.</summary>
sealed class StratifiedDraw(Column labels, Generator random) : Draw
{
    protected override bool[] Choose(int[] rows, double share, string part)
    {
        if (rows.Length < 2) throw new InputException($"{rows.Length} rows to take a {part} part from", "at least 2");
        var classes = Classes.Of(labels, rows);
        int[] counts = Counts([.. classes.Select(c => c.Count)], share, SplitShares.Of(rows.Length, share));

        bool[] taken = new bool[rows.Length];
        for (int c = 0; c < classes.Count; c++)
        {
            int[] order = [.. classes[c]];
            random.Shuffle<int>(order);
            foreach (int i in order.AsSpan(0, counts[c])) taken[i] = true;
        }

        return taken;
    }

    /// <summary>Rows to take from each class; one row of each class at least is left.</summary>
    static int[] Counts(int[] sizes, double share, int total)
    {
        int[] counts = [.. sizes.Select(size => Math.Min((int)(size * share), size - 1))];
        var byRemainder = Enumerable.Range(0, sizes.Length)
            .Where(c => counts[c] < sizes[c] - 1 && sizes[c] * share > counts[c])
            .OrderByDescending(c => (sizes[c] * share) - counts[c]);
        foreach (int c in byRemainder.Take(Math.Max(0, total - counts.Sum())).ToList()) counts[c]++;
        return counts;
    }
}

/// <summary>Rows by their label.</summary>
static class Classes
{
    /// <summary>For each label, in ordinal order, the positions in <paramref name="rows"/> that have it.</summary>
    public static List<List<int>> Of(Column labels, int[] rows)
    {
        var classes = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        for (int i = 0; i < rows.Length; i++)
        {
            string label = labels.TextAt(rows[i]);
            if (!classes.TryGetValue(label, out var members)) classes.Add(label, members = []);
            members.Add(i);
        }

        return [.. classes.Values];
    }
}
