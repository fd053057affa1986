namespace Takt.Learning.Metrics;

/// <summary>A point of a ROC curve.</summary>
/// <param name="FalsePositiveRate">False alarms / negatives.</param>
/// <param name="TruePositiveRate">Found / positives.</param>
/// <param name="Threshold">Lowest score called positive here; null where nothing is.</param>
public sealed record RocPoint(double FalsePositiveRate, double TruePositiveRate, double? Threshold);

/// <summary>A point of a precision-recall curve.</summary>
/// <param name="Recall">Found / positives.</param>
/// <param name="Precision">Found / called positive.</param>
/// <param name="Threshold">Lowest score called positive here.</param>
public sealed record PrecisionRecallPoint(double Recall, double Precision, double Threshold);

/// <summary>What the best-scored share of the rows holds.</summary>
/// <param name="Share">Of all rows, best first.</param>
/// <param name="Found">The share of all positives in it (gain).</param>
/// <param name="Lift">Found / share: how many times better than choosing at random.</param>
public sealed record LiftPoint(double Share, double Found, double Lift);

/// <summary>Curves over all thresholds, thinned to what a picture can show.</summary>
public static class Curves
{
    /// <summary>Steps shorter than a five-hundredth of the picture are left out: fewer than 1,002 points, and at usual sizes no visible difference.</summary>
    const double Resolution = 1.0 / 500;

    /// <summary>From (0, 0) to (1, 1); empty with one class only.</summary>
    /// <param name="scores">One a row.</param>
    /// <param name="truth">Whether the row is positive.</param>
    public static IReadOnlyList<RocPoint> Roc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth) => Roc(new Ranking(scores, truth));

    /// <summary>From the highest score down to recall 1; empty without positives.</summary>
    /// <inheritdoc cref="Roc(ReadOnlySpan{double}, ReadOnlySpan{bool})"/>
    public static IReadOnlyList<PrecisionRecallPoint> PrecisionRecall(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth) => PrecisionRecall(new Ranking(scores, truth));

    /// <summary>At the best 1, 2, 5, 10, 20 and 50 % of the rows (rounded up to whole rows; equal scores share their positives); empty without positives.</summary>
    /// <inheritdoc cref="Roc(ReadOnlySpan{double}, ReadOnlySpan{bool})"/>
    public static IReadOnlyList<LiftPoint> Lift(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth) => Lift(new Ranking(scores, truth));

    internal static IReadOnlyList<RocPoint> Roc(Ranking ranking)
    {
        if (ranking.OneClassOnly is not null) return [];
        var points = new List<RocPoint> { new(0, 0, null) };
        foreach (var (rank, tp, fp) in ranking.Steps())
        {
            var point = new RocPoint((double)fp / ranking.Negatives, (double)tp / ranking.Positives, ranking.Scores[rank]);
            var last = points[^1];
            if (rank == ranking.Count - 1 || point.FalsePositiveRate - last.FalsePositiveRate + point.TruePositiveRate - last.TruePositiveRate >= Resolution) points.Add(point);
        }

        return points;
    }

    internal static IReadOnlyList<PrecisionRecallPoint> PrecisionRecall(Ranking ranking)
    {
        if (ranking.Positives == 0) return [];
        var points = new List<PrecisionRecallPoint>();
        foreach (var (rank, tp, fp) in ranking.Steps())
        {
            var point = new PrecisionRecallPoint((double)tp / ranking.Positives, (double)tp / (tp + fp), ranking.Scores[rank]);
            bool isFirst = points.Count == 0, completes = tp == ranking.Positives && points.Count > 0 && points[^1].Recall < 1;
            if (isFirst || completes || Math.Max(point.Recall - points[^1].Recall, Math.Abs(point.Precision - points[^1].Precision)) >= Resolution) points.Add(point);
            if (tp == ranking.Positives) break;   // from here on precision only falls
        }

        return points;
    }

    internal static IReadOnlyList<LiftPoint> Lift(Ranking ranking)
    {
        if (ranking.Positives == 0) return [];
        var points = new List<LiftPoint>();
        foreach (double share in (ReadOnlySpan<double>)[0.01, 0.02, 0.05, 0.1, 0.2, 0.5])
        {
            int taken = (int)Math.Ceiling(share * ranking.Count);
            var (rank, tp, _) = ranking.Steps().First(s => s.Rank + 1 >= taken);
            int start = rank;
            while (start > 0 && ranking.Scores[start - 1] == ranking.Scores[rank]) start--;
            int inStep = Enumerable.Range(start, rank + 1 - start).Count(i => ranking.IsPositive[i]);
            double found = (tp - inStep + (double)inStep * (taken - start) / (rank + 1 - start)) / ranking.Positives;
            points.Add(new LiftPoint(share, found, found * ranking.Count / taken));
        }

        return points;
    }
}
