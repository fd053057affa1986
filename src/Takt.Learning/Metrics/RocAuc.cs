using System.Runtime.InteropServices;

namespace Takt.Learning.Metrics;

/// <summary>Area under the ROC curve: the chance that a positive row scores higher than a negative one, ties counted half (Hanley and McNeil 1982).</summary>
public static class RocAuc
{
    /// <summary>
    /// AUC = (Σ ranks of the positives − m(m+1)/2) / (m·n) with midranks for ties; interval AUC ± z·√(S₁₀/m + S₀₁/n), cut at 0 and 1
    /// (DeLong, DeLong and Clarke-Pearson 1988, in the O(N log N) form of Sun and Xu 2014). No interval with fewer than two rows of a class,
    /// or where nothing varies (AUC 0 or 1).
    /// </summary>
    /// <param name="scores">One a row, any monotone scale.</param>
    /// <param name="truth">Whether the row is positive.</param>
    /// <param name="settings">The level; null = 95 %.</param>
    public static Estimate Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth, IntervalSettings? settings = null) =>
        Of(new Ranking(scores, truth), settings ?? new());

    internal static Estimate Of(Ranking ranking, IntervalSettings settings)
    {
        if (ranking.OneClassOnly is { } reason) return Estimate.Not(reason);
        var (area, variance) = AreaAndVariance(ranking);
        if (variance is not > 0) return Estimate.Of(area);
        double half = settings.Z * Math.Sqrt(variance.Value);
        return Estimate.Of(area, new Interval(Math.Max(0, area - half), Math.Min(1, area + half)));
    }

    /// <summary>The area, and DeLong's variance of it where each class has two rows.</summary>
    internal static (double Area, double? Variance) AreaAndVariance(Ranking ranking)
    {
        // For a positive row: the share of negatives below it (ties half). For a negative row: the share of positives above it. Their means are both the area.
        double m = ranking.Positives, n = ranking.Negatives, area = 0;
        var (forPositives, forNegatives) = (new Spread(), new Spread());
        int above = 0, negativesAbove = 0;   // positives and negatives in the steps before this one
        for (int start = 0; start < ranking.Count;)
        {
            int end = start, positives = 0;
            do
            {
                if (ranking.IsPositive[end]) positives++;
            }
            while (!ranking.EndsStep(end++));
            int negatives = end - start - positives;
            double shareBelow = (n - negativesAbove - negatives + negatives / 2.0) / n, shareAbove = (above + positives / 2.0) / m;
            area += shareBelow * positives / m;
            forPositives.Add(shareBelow, positives);
            forNegatives.Add(shareAbove, negatives);
            (above, negativesAbove, start) = (above + positives, negativesAbove + negatives, end);
        }

        return (area, m < 2 || n < 2 ? null : forPositives.Variance / m + forNegatives.Variance / n);
    }

    /// <summary>Running variance (Welford 1962) of values that come several times.</summary>
    [StructLayout(LayoutKind.Auto)]
    struct Spread
    {
        double _count, _mean, _squares;

        public void Add(double value, int times)
        {
            if (times == 0) return;
            double delta = value - _mean;
            _count += times;
            _mean += delta * times / _count;
            _squares += delta * (value - _mean) * times;
        }

        public readonly double Variance => _squares / (_count - 1);
    }
}
