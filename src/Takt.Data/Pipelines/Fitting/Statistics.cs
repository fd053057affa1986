using Takt.Data.Tables;

namespace Takt.Data.Pipelines.Fitting;

/// <summary>Descriptions of a column's training values. Missing values (NaN) are passed over; of no values at all the answer is NaN.</summary>
static class Statistics
{
    /// <summary>The values that are there, sorted.</summary>
    public static double[] Sorted(ReadOnlySpan<double> values)
    {
        double[] present = Present(values);
        Array.Sort(present);
        return present;
    }

    /// <summary>The values that are there, as they came.</summary>
    public static double[] Present(ReadOnlySpan<double> values)
    {
        double[] present = new double[values.Length];
        int count = 0;
        foreach (double value in values)
            if (!double.IsNaN(value))
                present[count++] = value;
        return present[..count];
    }

    /// <summary>Quantile with linear interpolation between neighbours (type 7 of Hyndman and Fan 1996; what NumPy and scikit-learn do).</summary>
    /// <param name="sorted">Sorted, no NaN.</param>
    /// <param name="share">0 to 1.</param>
    public static double Quantile(ReadOnlySpan<double> sorted, double share)
    {
        if (sorted.Length == 0) return double.NaN;
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        double low = sorted[below];
        return below + 1 == sorted.Length ? low : low + ((sorted[below + 1] - low) * (position - below));
    }

    public static double Median(ReadOnlySpan<double> values) => Quantile(Sorted(values), 0.5);

    public static double Mean(ReadOnlySpan<double> values)
    {
        double sum = 0;
        int count = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) continue;
            sum += value;
            count++;
        }

        return count == 0 ? double.NaN : sum / count;
    }

    /// <summary>Central moment of the given order over the count: order 2 is the population variance.</summary>
    public static double Moment(ReadOnlySpan<double> values, double mean, int order)
    {
        double sum = 0;
        int count = 0;
        foreach (double value in values)
        {
            if (double.IsNaN(value)) continue;
            double away = value - mean, power = away;
            for (int i = 1; i < order; i++) power *= away;
            sum += power;
            count++;
        }

        return count == 0 ? double.NaN : sum / count;
    }

    /// <summary>Skewness: third central moment over the cubed deviation; 0 for a constant.</summary>
    public static double Skewness(ReadOnlySpan<double> values)
    {
        double mean = Mean(values), variance = Moment(values, mean, 2);
        return IsConstant(mean, variance, values.Length) ? 0 : Moment(values, mean, 3) / (variance * Math.Sqrt(variance));
    }

    /// <summary>Whether a variance is nothing but the rounding of its sums: dividing by its root would blow noise up to signal.
    /// The bound is scikit-learn's (<c>_is_constant_feature</c>): n·ε·variance + (n·ε·mean)².</summary>
    public static bool IsConstant(double mean, double variance, int count)
    {
        const double Epsilon = 2.220446049250313e-16;
        double rounding = count * mean * Epsilon;
        return !(variance > (count * Epsilon * variance) + (rounding * rounding));
    }

    /// <summary>The most frequent value, the smallest of equals; NaN if there is none.</summary>
    public static double MostFrequent(ReadOnlySpan<double> values)
    {
        double[] sorted = Sorted(values);
        double best = double.NaN;
        for (int start = 0, most = 0; start < sorted.Length;)
        {
            int end = start + 1;
            while (end < sorted.Length && sorted[end] == sorted[start]) end++;
            if (end - start > most) (best, most) = (sorted[start], end - start);
            start = end;
        }

        return best;
    }

    /// <summary>How often each value comes, as text, most frequent first, equals in ordinal order; missing ones are passed over.</summary>
    public static List<KeyValuePair<string, int>> Counts(Column column)
    {
        var counts = new Dictionary<string, int>();
        for (int row = 0; row < column.Length; row++)
        {
            if (column.IsMissing(row)) continue;
            string value = column.TextAt(row);
            counts[value] = counts.GetValueOrDefault(value) + 1;
        }

        return [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)];
    }
}
