using Takt.Data.Tables;
using Takt.Protocols.Problems;

namespace Takt.Data.Splits;

/// <summary>The latest rows. Without a time column the rows are taken to stand in order.</summary>
sealed class TimeDraw(Column? time) : Draw
{
    protected override bool[] Choose(int[] rows, double share, string part)
    {
        if (rows.Length < 2) throw new InputException($"{rows.Length} rows to take a {part} part from", "at least 2");
        bool[] taken = new bool[rows.Length];
        if (time is null)
        {
            Array.Fill(taken, true, rows.Length - SplitShares.Of(rows.Length, share), SplitShares.Of(rows.Length, share));
            return taken;
        }

        double[] times = [.. rows.Select(TimeOf)];
        int[] order = [.. Enumerable.Range(0, rows.Length).OrderBy(i => times[i])];
        int first = Border(order, times, rows.Length - SplitShares.Of(rows.Length, share));
        if (first == 0) throw new InputException($"every row has the same time in '{time.Name}'", "at least two times, to tell past from future", "Split at random or by group");
        foreach (int i in order.AsSpan(first)) taken[i] = true;
        return taken;
    }

    /// <summary>The first position from the wished one on where a new time begins; where there is none, the nearest before it.</summary>
    static int Border(int[] order, double[] times, int wished)
    {
        bool Begins(int at) => times[order[at]] != times[order[at - 1]];
        for (int at = wished; at < order.Length; at++)
            if (Begins(at))
                return at;
        for (int at = wished; at > 0; at--)
            if (Begins(at))
                return at;
        return 0;
    }

    double TimeOf(int row)
    {
        if (time!.IsMissing(row)) throw new InputException($"no time in column '{time.Name}'", "a time in every row, as the split goes by it", where: $"row {row + 1}");
        return time switch
        {
            NumberColumn numbers => numbers.Values[row],
            TimeColumn times => times.Values[row]!.Value.Ticks,
            _ => throw new InputException($"column '{time.Name}' holds text", "numbers or points in time to split by"),
        };
    }
}
