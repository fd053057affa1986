namespace Takt.Learning.Metrics;

/// <summary>Computes <see cref="ClassificationMetrics"/> of two classes.</summary>
static class BinaryEvaluation
{
    const int Accuracy = 0, Balanced = 1, Precision = 2, Recall = 3, Specificity = 4, F1 = 5, Mcc = 6, Auc = 7, Pr = 8, Brier = 9, Log = 10, Count = 11;

    public static ClassificationMetrics Of(
        ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth, double threshold, IReadOnlyList<string> labels, IntervalSettings settings)
    {
        var ranking = new Ranking(probabilities, truth);
        var counts = BinaryCounts.At(probabilities, truth, threshold);
        var intervals = Intervals(ranking, ranking.CountAtLeast(threshold), settings);
        const string noRows = "no rows in this part", noPositives = "no positive rows in this part";
        long called = counts.TruePositives + counts.FalsePositives;
        var confusion = new ConfusionMatrix(labels, [[counts.TrueNegatives, counts.FalsePositives], [counts.FalseNegatives, counts.TruePositives]]);

        Estimate Share(long successes, long trials, string reason, int statistic) => settings.Groups is null || trials == 0
            ? Proportion.Of(successes, trials, reason, settings)
            : Estimate.Of((double)successes / trials, intervals[statistic]);
        Estimate Value(double value, string reason, int statistic) => double.IsNaN(value) ? Estimate.Not(reason) : Estimate.Of(value, intervals[statistic]);
        Estimate Mean(Estimate mean, int statistic) => mean.Value is { } value ? Estimate.Of(value, intervals[statistic]) : mean;

        var auc = RocAuc.Of(ranking, settings);
        return new ClassificationMetrics
        {
            Rows = ranking.Count,
            Averaging = "positive",
            Threshold = threshold,
            Positives = ranking.Positives,
            Prevalence = ranking.Count == 0 ? null : (double)ranking.Positives / ranking.Count,
            Accuracy = Share(counts.TruePositives + counts.TrueNegatives, counts.Rows, noRows, Accuracy),
            BalancedAccuracy = Value(counts.BalancedAccuracy, ranking.OneClassOnly ?? "", Balanced),
            Precision = Share(counts.TruePositives, called, "no row is called positive", Precision),
            Recall = Share(counts.TruePositives, counts.Positives, noPositives, Recall),
            Specificity = Share(counts.TrueNegatives, counts.Negatives, "no negative rows in this part", Specificity),
            F1 = Value(counts.F1, "no row is positive or called so", F1),
            Mcc = Value(counts.Mcc, ranking.OneClassOnly ?? "all rows are called the same", Mcc),
            RocAuc = settings.Groups is null || auc.Value is null ? auc : Estimate.Of(auc.Value.Value, intervals[Auc]),
            PrAuc = ranking.Positives == 0 ? Estimate.Not(ranking.OneClassOnly!) : Estimate.Of(AveragePrecision.Value(ranking), intervals[Pr]),
            Brier = Mean(ProbabilityScores.Brier(probabilities, truth), Brier),
            LogLoss = Mean(ProbabilityScores.LogLoss(probabilities, truth), Log),
            Confusion = confusion,
            Classes = ClassMetrics.Of(confusion, settings),
            Calibration = Calibration.Of(probabilities, truth, settings: settings),
            RocCurve = Curves.Roc(ranking),
            PrecisionRecallCurve = Curves.PrecisionRecall(ranking),
            Lift = Curves.Lift(ranking),
        };
    }

    /// <summary>All statistics of a draw in one pass over the ranking.</summary>
    /// <param name="ranking">The rows.</param>
    /// <param name="cut">Rows called positive.</param>
    /// <param name="settings">Draws, seed and groups.</param>
    static Interval?[] Intervals(Ranking ranking, int cut, IntervalSettings settings)
    {
        int[]? unitOfRank = settings.Groups is { } groups ? [.. ranking.Rows.Select(r => groups[r])] : null;
        int units = unitOfRank is null ? ranking.Count : unitOfRank.Length == 0 ? 0 : unitOfRank.Max() + 1;
        var endsStep = Enumerable.Range(0, ranking.Count).Select(ranking.EndsStep).ToArray();
        var brier = ranking.Scores.Zip(ranking.IsPositive, ProbabilityScores.BrierOf).ToArray();
        var log = ranking.Scores.Zip(ranking.IsPositive, ProbabilityScores.LogLossOf).ToArray();
        return Bootstrap.Intervals(units, Count, settings, (weights, values) =>
        {
            long tp = 0, fp = 0, tpBefore = 0, fpBefore = 0, tpAtCut = 0, fpAtCut = 0;
            double precisions = 0, area = 0, briers = 0, logs = 0;
            for (int i = 0; i < endsStep.Length; i++)
            {
                int weight = weights[unitOfRank is null ? i : unitOfRank[i]];   // without groups any fixed pairing of units with ranks draws rows alike
                if (ranking.IsPositive[i]) tp += weight;
                else fp += weight;
                briers += weight * brier[i];
                logs += weight * log[i];
                if (i == cut - 1) (tpAtCut, fpAtCut) = (tp, fp);
                if (!endsStep[i]) continue;
                if (tp > tpBefore) precisions += (double)(tp - tpBefore) * tp / (tp + fp);
                area += (fp - fpBefore) * ((tp + tpBefore) / 2.0);
                (tpBefore, fpBefore) = (tp, fp);
            }

            var counts = new BinaryCounts(tpAtCut, fpAtCut, tp - tpAtCut, fp - fpAtCut);
            double rows = tp + fp;
            values[Accuracy] = (counts.TruePositives + counts.TrueNegatives) / rows;
            values[Balanced] = counts.BalancedAccuracy;
            values[Precision] = (double)tpAtCut / (tpAtCut + fpAtCut);
            values[Recall] = (double)tpAtCut / tp;
            values[Specificity] = (double)counts.TrueNegatives / fp;
            values[F1] = counts.F1;
            values[Mcc] = counts.Mcc;
            values[Auc] = area / ((double)tp * fp);
            values[Pr] = precisions / tp;
            values[Brier] = briers / rows;
            values[Log] = logs / rows;
        });
    }
}
