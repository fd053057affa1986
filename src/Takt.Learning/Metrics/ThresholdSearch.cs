using Takt.Learning.Specs;

namespace Takt.Learning.Metrics;

/// <summary>The threshold chosen, and what it gives on the rows it was chosen on.</summary>
/// <param name="Threshold">A row is called positive where its probability (as a double) is at least this.</param>
/// <param name="Goal">What it was chosen for.</param>
/// <param name="Value">The goal's value there (for cost: the mean cost a row); null where it could not be computed.</param>
/// <param name="Counts">The decisions there.</param>
/// <param name="Note">What the reader should know: no search was possible, or the wanted precision is not reached; null where all is well.</param>
public sealed record ThresholdChoice(
    double Threshold,
    [property: System.Text.Json.Serialization.JsonConverter(typeof(System.Text.Json.Serialization.JsonStringEnumConverter<ThresholdGoal>))] ThresholdGoal Goal,
    double? Value,
    BinaryCounts Counts,
    string? Note = null);

/// <summary>
/// Finds the threshold that does best on validation rows. Only the order of the scores matters, so every threshold between two neighbouring scores decides
/// alike: the middle between them is taken, which leaves the same room on both sides for new rows. Where several such gaps are equally good the widest is
/// taken, the higher one of equals.
/// </summary>
public static class ThresholdSearch
{
    /// <summary>The best threshold for a goal.</summary>
    /// <param name="probabilities">Of being positive, 0 to 1, of validation rows (choosing on test rows flatters).</param>
    /// <param name="truth">Whether the row is positive.</param>
    /// <param name="spec">The goal and its numbers; null = F1.</param>
    /// <returns>0.5 with a note where one class is missing.</returns>
    public static ThresholdChoice Best(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth, ThresholdSpec? spec = null)
    {
        spec ??= new ThresholdSpec();
        if (spec.Goal == ThresholdGoal.Fixed) return Given(spec.Value, probabilities, truth, spec, note: null);
        var ranking = new Ranking(probabilities, truth);
        if (ranking.OneClassOnly is { } reason) return Given(0.5, probabilities, truth, spec, $"0.5, not searched: {reason}");

        var best = Candidates(ranking).Select(c => (Cut: c, Rank: RankOf(c.Counts, spec))).MaxBy(c => (c.Rank, c.Cut.Gap));
        double value = ValueOf(best.Cut.Counts, spec);
        bool isReached = spec.Goal != ThresholdGoal.Recall || best.Rank.Value >= 0;
        return new ThresholdChoice(best.Cut.Threshold, spec.Goal, value, best.Cut.Counts,
            isReached ? null : FormattableString.Invariant($"no threshold keeps a precision of {spec.Precision}; this one has the highest"));
    }

    /// <summary>The goal's value at a threshold, NaN where it has none.</summary>
    internal static double ValueOf(BinaryCounts counts, ThresholdSpec spec) => spec.Goal switch
    {
        ThresholdGoal.Mcc => counts.Mcc,
        ThresholdGoal.BalancedAccuracy => counts.BalancedAccuracy,
        ThresholdGoal.Recall => (double)counts.TruePositives / counts.Positives,
        ThresholdGoal.Cost => (spec.MissCost * counts.FalseNegatives + spec.FalseAlarmCost * counts.FalsePositives) / counts.Rows,
        _ => counts.F1,
    };

    /// <summary>What is maximised, then what decides between equals. For recall: the recall where the precision is kept, else −1 plus the precision.</summary>
    static (double Value, double Second) RankOf(BinaryCounts counts, ThresholdSpec spec)
    {
        double value = ValueOf(counts, spec);
        if (spec.Goal == ThresholdGoal.Cost) return (-value, 0);
        if (spec.Goal != ThresholdGoal.Recall) return (double.IsNaN(value) ? double.NegativeInfinity : value, 0);
        long called = counts.TruePositives + counts.FalsePositives;
        double precision = called == 0 ? 0 : (double)counts.TruePositives / called;
        return precision >= spec.Precision ? (value, precision) : (precision - 1 - 1e-12, 0);   // below 0 even where the wanted precision is 1
    }

    /// <summary>Every different decision, from calling nothing positive to calling everything so, with its middle threshold and the width of its gap.</summary>
    static IEnumerable<(double Threshold, double Gap, BinaryCounts Counts)> Candidates(Ranking ranking)
    {
        double highest = ranking.Scores[0];
        yield return (highest < 1 ? (highest + 1) / 2 : Math.BitIncrement(highest), Math.Max(0, 1 - highest), new(0, 0, ranking.Positives, ranking.Negatives));
        foreach (var (rank, tp, fp) in ranking.Steps())
        {
            double score = ranking.Scores[rank], next = rank + 1 < ranking.Count ? ranking.Scores[rank + 1] : Math.Min(0, score);
            double middle = next + (score - next) / 2;
            yield return (middle > next ? middle : score, score - next, new(tp, fp, ranking.Positives - tp, ranking.Negatives - fp));
        }
    }

    static ThresholdChoice Given(double threshold, ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth, ThresholdSpec spec, string? note)
    {
        var counts = BinaryCounts.At(probabilities, truth, threshold);
        double value = ValueOf(counts, spec);
        return new ThresholdChoice(threshold, spec.Goal, double.IsFinite(value) ? value : null, counts, note);
    }
}
