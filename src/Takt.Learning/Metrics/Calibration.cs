namespace Takt.Learning.Metrics;

/// <summary>Whether probabilities mean what they say: of the rows given 0.3, do three in ten turn out positive?</summary>
/// <param name="Bins">Reliability bins that have rows, from low to high probability.</param>
/// <param name="Error">
/// Expected calibration error: Σ (rows of the bin / rows)·|observed share − mean probability| (Naeini et al. 2015; Guo et al. 2017, arXiv:1706.04599).
/// </param>
public sealed record Calibration(IReadOnlyList<CalibrationBin> Bins, Estimate Error)
{
    /// <summary>Bins of equal width over 0 to 1; a probability on a border belongs to the lower bin (Guo et al. 2017, as scikit-learn), 0 to the first.</summary>
    /// <param name="probabilities">Of being positive, 0 to 1.</param>
    /// <param name="truth">Whether the row is positive.</param>
    /// <param name="bins">How many, at least 1. Default 10.</param>
    /// <param name="settings">The level of the bins' intervals; null = 95 %.</param>
    public static Calibration Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth, int bins = 10, IntervalSettings? settings = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bins);
        var (rows, positives, sums) = (new int[bins], new int[bins], new double[bins]);
        for (int i = 0; i < truth.Length; i++)
        {
            int bin = Math.Clamp((int)Math.Ceiling(probabilities[i] * bins) - 1, 0, bins - 1);
            rows[bin]++;
            sums[bin] += probabilities[i];
            if (truth[i]) positives[bin]++;
        }

        double z = (settings ?? new()).Z, error = 0;
        var filled = new List<CalibrationBin>();
        for (int b = 0; b < bins; b++)
        {
            if (rows[b] == 0) continue;
            var interval = Proportion.Wilson(positives[b], rows[b], z);
            filled.Add(new((double)b / bins, (b + 1.0) / bins, rows[b], sums[b] / rows[b], (double)positives[b] / rows[b], interval.Low, interval.High));
            error += Math.Abs(positives[b] - sums[b]);
        }

        return new Calibration(filled, Estimate.Ratio(error, truth.Length, "no rows in this part"));
    }
}

/// <summary>Rows with probabilities in a range.</summary>
/// <param name="From">Lower end of the range.</param>
/// <param name="To">Upper end.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Predicted">Their mean probability.</param>
/// <param name="Observed">The share of positives among them.</param>
/// <param name="Low">Lower end of the share's Wilson interval.</param>
/// <param name="High">Its upper end.</param>
public sealed record CalibrationBin(double From, double To, int Rows, double Predicted, double Observed, double Low, double High);
