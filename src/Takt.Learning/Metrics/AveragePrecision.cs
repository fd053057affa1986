namespace Takt.Learning.Metrics;

/// <summary>
/// Area under the precision-recall curve as average precision: Σ (Rₖ − Rₖ₋₁)·Pₖ over the distinct scores, without interpolation, which would flatter
/// (Davis and Goadrich 2006; the definition of scikit-learn). A model that knows nothing gets the prevalence.
/// </summary>
public static class AveragePrecision
{
    /// <summary>Average precision; its interval comes with <see cref="ClassificationMetrics"/>.</summary>
    /// <param name="scores">One a row.</param>
    /// <param name="truth">Whether the row is positive.</param>
    public static Estimate Of(ReadOnlySpan<double> scores, ReadOnlySpan<bool> truth)
    {
        var ranking = new Ranking(scores, truth);
        return ranking.Positives == 0 ? Estimate.Not(ranking.OneClassOnly!) : Estimate.Of(Value(ranking));
    }

    internal static double Value(Ranking ranking)
    {
        double sum = 0;
        int before = 0;
        foreach (var (rank, tp, _) in ranking.Steps())
        {
            sum += (double)(tp - before) * tp / (rank + 1);
            before = tp;
        }

        return sum / ranking.Positives;
    }
}
