namespace Takt.Learning.Metrics;

/// <summary>Scores of predicted remaining life, one prediction per unit (machine, engine); d = predicted − true, so d &gt; 0 is too late.</summary>
public sealed record RemainingLifeMetrics
{
    /// <summary>Units.</summary>
    public required int Units { get; init; }

    /// <summary>The cap put on the true lives before scoring; null = none. Scores with and without are not to be compared.</summary>
    public double? Cap { get; init; }

    /// <summary>√ mean of d².</summary>
    public required Estimate Rmse { get; init; }

    /// <summary>
    /// NASA (PHM08) score: Σ exp(−d/13) − 1 for d &lt; 0, exp(d/10) − 1 for d ≥ 0 (Saxena et al. 2008). Late costs more than early. A sum: compare it on the
    /// same units only. Undefined where a single error is so large that it leaves the range of numbers.
    /// </summary>
    public required Estimate Score { get; init; }

    /// <summary>Median of |d|; one bad unit rules the score but not this.</summary>
    public required Estimate MedianAbsoluteError { get; init; }

    /// <summary>Most negative d (too early), 0 if none is.</summary>
    public required double? WorstEarly { get; init; }

    /// <summary>Largest d (too late), 0 if none is.</summary>
    public required double? WorstLate { get; init; }

    /// <summary>Share of the units predicted later than true, Wilson interval.</summary>
    public required Estimate Late { get; init; }

    /// <summary>Computes all.</summary>
    /// <param name="predicted">One a unit, finite.</param>
    /// <param name="truth">One a unit.</param>
    /// <param name="cap">Cap put on the true lives; null = none.</param>
    /// <param name="settings">Intervals; null = the defaults.</param>
    public static RemainingLifeMetrics Of(ReadOnlySpan<double> predicted, ReadOnlySpan<double> truth, double? cap = null, IntervalSettings? settings = null)
    {
        settings ??= new();
        double[] capped = [.. truth.ToArray().Select(t => Math.Min(t, cap ?? double.PositiveInfinity))], errors = Errors.Of(predicted, capped);
        int n = errors.Length;
        const string none = "no units in this part";
        var intervals = Bootstrap.Intervals(n, 2, settings with { Groups = null }, (weights, values) =>   // a unit is a group already
        {
            double squares = 0, score = 0;
            for (int i = 0; i < errors.Length; i++)
            {
                squares += weights[i] * errors[i] * errors[i];
                score += weights[i] * ScoreOf(errors[i]);
            }

            (values[0], values[1]) = (Math.Sqrt(squares / errors.Length), score);
        });
        var sizes = errors.Select(Math.Abs).Order().ToArray();
        return new RemainingLifeMetrics
        {
            Units = n,
            Cap = cap,
            Rmse = n == 0 ? Estimate.Not(none) : Estimate.Of(Math.Sqrt(errors.Sum(d => d * d) / n), intervals[0]),
            Score = n == 0 ? Estimate.Not(none) : Estimate.Of(errors.Sum(ScoreOf), intervals[1]),
            MedianAbsoluteError = n == 0 ? Estimate.Not(none) : Estimate.Of(Quantile.OfSorted(sizes, 0.5)),
            WorstEarly = n == 0 ? null : Math.Min(0, errors.Min()),
            WorstLate = n == 0 ? null : Math.Max(0, errors.Max()),
            Late = Proportion.Of(errors.Count(d => d > 0), n, none, settings),
        };
    }

    /// <summary>The score of one error.</summary>
    /// <param name="d">Predicted − true.</param>
    public static double ScoreOf(double d) => Math.Exp(d < 0 ? -d / 13 : d / 10) - 1;
}
