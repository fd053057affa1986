using Takt.Data.Tables;

namespace Takt.Data.Profiles;

/// <summary>Follows a time column from row to row.</summary>
static class TimeStatistics
{
    /// <summary>A step longer than one and a half usual ones skips at least one row, even if rows come somewhat unevenly.</summary>
    const double GapInSteps = 1.5;

    const double RegularWithin = 0.1;
    const int NamedGaps = 10;

    /// <summary>Describes a time column with at least one value.</summary>
    /// <param name="times">The column.</param>
    /// <param name="group">Rows of different groups do not follow each other; null if there are none.</param>
    public static TimeProfile Of(TimeColumn times, Column? group)
    {
        var last = new Dictionary<string, DateTime>();
        var forward = new List<(DateTime After, DateTime Before)>();
        int outOfOrder = 0, repeated = 0;
        DateTime first = DateTime.MaxValue, latest = DateTime.MinValue;
        for (int row = 0; row < times.Length; row++)
        {
            if (times.Values[row] is not { } now) continue;
            if (now < first) first = now;
            if (now > latest) latest = now;
            string key = group?.TextAt(row) ?? "";
            if (last.TryGetValue(key, out var before))
            {
                if (now < before) outOfOrder++;
                else if (now == before) repeated++;
                else forward.Add((before, now));
            }

            last[key] = now;
        }

        if (forward.Count == 0) return new(first, latest, null, outOfOrder, repeated, 0, 0, []);
        double[] steps = [.. forward.Select(s => (s.Before - s.After).TotalSeconds)];
        double usual = NumberStatistics.Quantile([.. steps.Order()], 0.5);
        var gaps = forward.Where((_, i) => steps[i] > GapInSteps * usual).ToList();
        return new(first, latest, usual, outOfOrder, repeated,
            steps.Count(s => Math.Abs(s - usual) > RegularWithin * usual),
            gaps.Count,
            [.. gaps.Select(g => new TimeGap(g.After, g.Before, (g.Before - g.After).TotalSeconds)).OrderByDescending(g => g.Seconds).Take(NamedGaps)]);
    }
}
