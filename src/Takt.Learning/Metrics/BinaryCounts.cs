using System.Runtime.InteropServices;

namespace Takt.Learning.Metrics;

/// <summary>The four counts of a two-class decision.</summary>
/// <param name="TruePositives">Positive and called so.</param>
/// <param name="FalsePositives">Negative but called positive: false alarms.</param>
/// <param name="FalseNegatives">Positive but called negative: misses.</param>
/// <param name="TrueNegatives">Negative and called so.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BinaryCounts(long TruePositives, long FalsePositives, long FalseNegatives, long TrueNegatives)
{
    /// <summary>Counts the decisions <c>score ≥ threshold</c>.</summary>
    /// <param name="scores">One a row.</param>
    /// <param name="truth">Whether the row is positive.</param>
    /// <param name="threshold">From here on a row is called positive.</param>
    public static BinaryCounts At(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth, double threshold)
    {
        long tp = 0, fp = 0, fn = 0, tn = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            bool called = scores[i] >= threshold;
            if (truth[i]) { if (called) tp++; else fn++; }
            else if (called) fp++;
            else tn++;
        }

        return new(tp, fp, fn, tn);
    }

    /// <summary>All rows.</summary>
    public long Rows => Positives + Negatives;

    /// <summary>Rows that are positive.</summary>
    public long Positives => TruePositives + FalseNegatives;

    /// <summary>Rows that are negative.</summary>
    public long Negatives => FalsePositives + TrueNegatives;

    /// <summary>2·TP / (2·TP + FP + FN), NaN where nothing is positive or called so (van Rijsbergen 1979).</summary>
    internal double F1 => 2.0 * TruePositives / (2 * TruePositives + FalsePositives + FalseNegatives);

    /// <summary>(TP/positives + TN/negatives) / 2, NaN with one class only.</summary>
    internal double BalancedAccuracy => ((double)TruePositives / Positives + (double)TrueNegatives / Negatives) / 2;

    /// <summary>(TP·TN − FP·FN) / √((TP+FP)(TP+FN)(TN+FP)(TN+FN)), NaN where a factor is 0 (Matthews 1975).</summary>
    internal double Mcc
    {
        get
        {
            double tp = TruePositives, fp = FalsePositives, fn = FalseNegatives, tn = TrueNegatives;   // the product of four counts leaves the range of long
            return (tp * tn - fp * fn) / (Math.Sqrt((tp + fp) * (tp + fn)) * Math.Sqrt((tn + fp) * (tn + fn)));
        }
    }
}
