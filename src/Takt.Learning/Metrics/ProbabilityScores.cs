namespace Takt.Learning.Metrics;

/// <summary>Scores of probabilities: they punish a model that is sure and wrong.</summary>
public static class ProbabilityScores
{
    /// <summary>Least probability in the logarithm, 2⁻⁵²: one certain error costs 36 instead of infinity (the bound of scikit-learn).</summary>
    public const double LeastProbability = 2.220446049250313e-16;

    /// <summary>Brier score: mean of (p − y)², 0 is best (Brier 1950, for two classes).</summary>
    /// <param name="probabilities">Of being positive, 0 to 1.</param>
    /// <param name="truth">Whether the row is positive.</param>
    public static Estimate Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth)
    {
        double sum = 0;
        for (int i = 0; i < truth.Length; i++) sum += BrierOf(probabilities[i], truth[i]);
        return Estimate.Ratio(sum, truth.Length, "no rows in this part");
    }

    /// <summary>Log loss (cross entropy): mean of −ln of the probability given to what was true.</summary>
    /// <inheritdoc cref="Brier"/>
    public static Estimate LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth)
    {
        double sum = 0;
        for (int i = 0; i < truth.Length; i++) sum += LogLossOf(probabilities[i], truth[i]);
        return Estimate.Ratio(sum, truth.Length, "no rows in this part");
    }

    internal static double BrierOf(double probability, bool isPositive)
    {
        double error = probability - (isPositive ? 1 : 0);
        return error * error;
    }

    internal static double LogLossOf(double probability, bool isPositive) =>
        -Math.Log(Math.Clamp(isPositive ? probability : 1 - probability, LeastProbability, 1));
}
