namespace Takt.Data.Profiles;

/// <summary>Describes numbers.</summary>
static class NumberStatistics
{
    /// <summary>Turns the median absolute deviation of a normal distribution into its standard deviation: 1/Φ⁻¹(¾).</summary>
    const double NormalMad = 1.4826;

    /// <summary>The distance, in robust deviations, that Iglewicz and Hoaglin (1993) recommend for calling a value an outlier.</summary>
    const double FarInDeviations = 3.5;

    /// <summary>Describes values.</summary>
    /// <param name="sorted">At least one, rising, none missing.</param>
    /// <param name="steps">The histogram's.</param>
    public static NumberProfile Of(double[] sorted, int steps)
    {
        double mean = 0, squares = 0;
        for (int i = 0; i < sorted.Length; i++)   // Welford: no cancellation, however far from zero the values lie
        {
            double off = sorted[i] - mean;
            mean += off / (i + 1);
            squares += off * (sorted[i] - mean);
        }

        double q1 = Quantile(sorted, 0.25), median = Quantile(sorted, 0.5), q3 = Quantile(sorted, 0.75), reach = 1.5 * (q3 - q1);
        double[] deviations = [.. sorted.Select(v => Math.Abs(v - median)).Order()];
        double scale = NormalMad * Quantile(deviations, 0.5);
        return new(
            sorted[0],
            sorted[^1],
            mean,
            sorted.Length > 1 ? Math.Sqrt(squares / (sorted.Length - 1)) : 0,
            new(Quantile(sorted, 0.01), Quantile(sorted, 0.05), q1, median, q3, Quantile(sorted, 0.95), Quantile(sorted, 0.99)),
            HistogramOf(sorted, steps),
            sorted.Count(v => v < q1 - reach || v > q3 + reach),
            scale > 0 ? deviations.Count(d => d > FarInDeviations * scale) : null,
            Array.TrueForAll(sorted, double.IsInteger));
    }

    /// <summary>The value below which a fraction lies, interpolated linearly between neighbours, as numpy does by default.</summary>
    public static double Quantile(double[] sorted, double fraction)
    {
        double place = fraction * (sorted.Length - 1);
        int below = (int)place;
        return below + 1 < sorted.Length ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[^1];
    }

    public static int DistinctOf(double[] sorted)
    {
        int distinct = sorted.Length > 0 ? 1 : 0;
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i] != sorted[i - 1]) distinct++;
        return distinct;
    }

    static Histogram HistogramOf(double[] sorted, int steps)
    {
        double low = sorted[0], width = sorted[^1] / steps - low / steps;   // divided first: the range itself may overflow
        if (width == 0) return new([low, low], [sorted.Length]);
        int[] counts = new int[steps];
        foreach (double value in sorted) counts[Math.Clamp((int)((value - low) / width), 0, steps - 1)]++;
        return new([.. Enumerable.Range(0, steps).Select(i => low + i * width), sorted[^1]], counts);
    }
}
