using Takt.Tensors;

namespace Takt.Learning.Metrics;

/// <summary>
/// Percentile bootstrap (Efron 1979): the rows (or groups) are drawn again with replacement, the statistics are computed on each draw, and the middle of
/// their values is the interval. A draw says how often each unit comes, so sorting is done once and a draw costs one pass.
/// </summary>
static class Bootstrap
{
    /// <summary>
    /// Most units drawn in all: well under a second. 1000 draws are kept up to 50,000 units; half a million units get 100 draws, and their interval is so narrow
    /// that its ends need no better.
    /// </summary>
    const double Budget = 5e7;

    /// <summary>Fewest draws that still give the ends of an interval.</summary>
    const int FewestDraws = 100;

    /// <summary>Computes the statistics of one draw.</summary>
    /// <param name="weights">How often each unit was drawn.</param>
    /// <param name="values">Where the statistics go; NaN where one is not defined in this draw.</param>
    public delegate void Statistics(ReadOnlySpan<int> weights, Span<double> values);

    /// <summary>An interval for each statistic; null where fewer than two units or half of the draws had a value.</summary>
    /// <param name="units">Rows or groups.</param>
    /// <param name="count">How many statistics.</param>
    /// <param name="settings">Level, draws and seed.</param>
    /// <param name="statistics">The computation.</param>
    public static Interval?[] Intervals(int units, int count, IntervalSettings settings, Statistics statistics)
    {
        var intervals = new Interval?[count];
        if (units < 2 || settings.Draws == 0) return intervals;
        int draws = DrawsOf(units, settings);
        var generator = new Generator(settings.Seed);
        var weights = new int[units];
        var values = new double[count];
        var drawn = Enumerable.Range(0, count).Select(_ => new List<double>(draws)).ToArray();
        for (int d = 0; d < draws; d++)
        {
            Array.Clear(weights);
            for (int i = 0; i < units; i++) weights[generator.NextInt(units)]++;
            statistics(weights, values);
            for (int s = 0; s < count; s++)
                if (double.IsFinite(values[s])) drawn[s].Add(values[s]);
        }

        for (int s = 0; s < count; s++)
        {
            if (drawn[s].Count < draws / 2) continue;
            drawn[s].Sort();
            double tail = (1 - settings.Level) / 2;
            intervals[s] = new Interval(Quantile.OfSorted(drawn[s], tail), Quantile.OfSorted(drawn[s], 1 - tail));
        }

        return intervals;
    }

    /// <summary>As many draws as asked for, fewer where there are very many units.</summary>
    internal static int DrawsOf(int units, IntervalSettings settings) => Math.Min(settings.Draws, Math.Max(FewestDraws, (int)(Budget / units)));
}
