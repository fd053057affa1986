namespace Takt.Learning.Metrics;

/// <summary>Quantiles.</summary>
static class Quantile
{
    /// <summary>Linear between the two nearest order statistics at (n − 1)·q (type 7 of Hyndman and Fan 1996; the default of NumPy and R).</summary>
    /// <param name="sorted">Rising, at least one.</param>
    /// <param name="q">0 to 1.</param>
    public static double OfSorted(IReadOnlyList<double> sorted, double q)
    {
        double place = (sorted.Count - 1) * q;
        int below = (int)place;
        return below + 1 >= sorted.Count ? sorted[^1] : sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
    }
}
