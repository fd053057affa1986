namespace Takt.Data.Profiles;

/// <summary>Measures how two columns go together. Each takes pairs in which neither is missing.</summary>
static class Associations
{
    /// <summary>Pearson's correlation; 0 if either does not vary.</summary>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double meanX = Mean(x), meanY = Mean(y), xx = 0, yy = 0, xy = 0;
        for (int i = 0; i < x.Length; i++)
        {
            double dx = x[i] - meanX, dy = y[i] - meanY;
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        double correlation = xx > 0 && yy > 0 ? xy / Math.Sqrt(xx) / Math.Sqrt(yy) : 0;
        return double.IsFinite(correlation) ? Math.Clamp(correlation, -1, 1) : 0;   // squares of very large numbers overflow
    }

    /// <summary>Spearman's correlation: Pearson's of the ranks.</summary>
    public static double Spearman(double[] x, double[] y) => Pearson(Ranks(x), Ranks(y));

    /// <summary>The probability that a value of the marked rows is larger than one of the others, ties counted half (Mann and Whitney 1947); ½ if either is empty.</summary>
    public static double Auc(double[] values, bool[] marked)
    {
        double[] ranks = Ranks(values);
        double sum = 0, count = 0;
        for (int i = 0; i < ranks.Length; i++)
        {
            if (!marked[i]) continue;
            sum += ranks[i];
            count++;
        }

        double others = ranks.Length - count;
        return count > 0 && others > 0 ? (sum - count * (count + 1) / 2) / (count * others) : 0.5;
    }

    /// <summary>The correlation ratio η: the root of the share of the values' variance that lies between classes.</summary>
    public static double CorrelationRatio(ReadOnlySpan<int> classes, ReadOnlySpan<double> values, int classCount)
    {
        double[] sums = new double[classCount], counts = new double[classCount];
        double mean = Mean(values), all = 0, between = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sums[classes[i]] += values[i] - mean;
            counts[classes[i]]++;
            all += (values[i] - mean) * (values[i] - mean);
        }

        for (int c = 0; c < classCount; c++)
            if (counts[c] > 0) between += sums[c] * sums[c] / counts[c];
        double share = all > 0 ? between / all : 0;
        return double.IsFinite(share) ? Math.Sqrt(Math.Clamp(share, 0, 1)) : 0;
    }

    /// <summary>The share of y's entropy that x tells: mutual information over entropy, less the bias that few rows give it, (a − 1)(b − 1) / 2n (Miller 1955).</summary>
    public static double Information(ReadOnlySpan<int> x, int xCount, ReadOnlySpan<int> y, int yCount)
    {
        double[] countX = new double[xCount], countY = new double[yCount];
        double[,] both = new double[xCount, yCount];
        for (int i = 0; i < x.Length; i++)
        {
            countX[x[i]]++;
            countY[y[i]]++;
            both[x[i], y[i]]++;
        }

        double n = x.Length, shared = 0, entropy = 0;
        for (int b = 0; b < yCount; b++)
        {
            if (countY[b] > 0) entropy -= countY[b] / n * Math.Log(countY[b] / n);
            for (int a = 0; a < xCount; a++)
                if (both[a, b] > 0) shared += both[a, b] / n * Math.Log(both[a, b] * n / (countX[a] * countY[b]));
        }

        double bias = (countX.Count(c => c > 0) - 1.0) * (countY.Count(c => c > 0) - 1.0) / (2 * n);
        return entropy > 0 ? Math.Clamp((shared - bias) / entropy, 0, 1) : 0;
    }

    /// <summary>Ranks from 1; equal values share the mean of theirs.</summary>
    public static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length)];
        double[] sorted = [.. values];
        Array.Sort(sorted, order);
        double[] ranks = new double[values.Length];
        for (int start = 0, end; start < order.Length; start = end)
        {
            for (end = start + 1; end < order.Length && sorted[end] == sorted[start];) end++;
            for (int i = start; i < end; i++) ranks[order[i]] = (start + end + 1) / 2.0;
        }

        return ranks;
    }

    static double Mean(ReadOnlySpan<double> values)
    {
        double mean = 0;
        for (int i = 0; i < values.Length; i++) mean += (values[i] - mean) / (i + 1);
        return mean;
    }
}
