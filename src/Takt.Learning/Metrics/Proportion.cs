namespace Takt.Learning.Metrics;

/// <summary>A share of counted things.</summary>
public static class Proportion
{
    /// <summary>
    /// successes / trials with the Wilson score interval: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
    /// It keeps its coverage near 0 and 1 and for few trials, where the textbook interval fails (Wilson 1927; Brown, Cai and DasGupta 2001).
    /// </summary>
    /// <param name="successes">How many did.</param>
    /// <param name="trials">Of how many.</param>
    /// <param name="reasonIfNone">What is said where there are no trials.</param>
    /// <param name="settings">The level.</param>
    public static Estimate Of(long successes, long trials, string reasonIfNone, IntervalSettings settings) =>
        trials == 0 ? Estimate.Not(reasonIfNone) : Estimate.Of((double)successes / trials, Wilson(successes, trials, settings.Z));

    /// <summary>The Wilson interval alone.</summary>
    /// <param name="successes">How many did.</param>
    /// <param name="trials">Of how many, at least 1.</param>
    /// <param name="z">Normal quantile, 1.96 for 95 %.</param>
    public static Interval Wilson(long successes, long trials, double z)
    {
        double n = trials, p = successes / n, z2 = z * z;
        double centre = p + z2 / (2 * n), half = z * Math.Sqrt(p * (1 - p) / n + z2 / (4 * n * n)), scale = 1 + z2 / n;
        return new Interval(successes == 0 ? 0 : (centre - half) / scale, successes == trials ? 1 : (centre + half) / scale);   // exact at the ends, where rounding would miss them
    }
}
