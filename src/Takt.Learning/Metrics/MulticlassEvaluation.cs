namespace Takt.Learning.Metrics;

/// <summary>Computes <see cref="ClassificationMetrics"/> of several classes.</summary>
static class MulticlassEvaluation
{
    const int Brier = ConfusionStatistics.Count, Log = Brier + 1, Count = Log + 1;

    public static ClassificationMetrics Of(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truth, IReadOnlyList<string> labels, IntervalSettings settings)
    {
        int classes = labels.Count, rows = truth.Length;
        if (probabilities.Length != rows * classes)
            throw new ArgumentException($"{probabilities.Length} probabilities for {rows} rows of {classes} classes; expected {rows * classes}.");

        var (predicted, confidence, correct) = (new int[rows], new double[rows], new bool[rows]);
        var (brier, log) = (new double[rows], new double[rows]);
        for (int i = 0; i < rows; i++)
        {
            var row = probabilities.Slice(i * classes, classes);
            if (row.ContainsAnyExceptInRange(double.MinValue, double.MaxValue))
                throw new ArgumentException($"A probability of row {i} is not a finite number. Look for overflow in the model's output.");
            predicted[i] = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row);
            confidence[i] = row[predicted[i]];
            correct[i] = predicted[i] == truth[i];
            for (int k = 0; k < classes; k++) brier[i] += ProbabilityScores.BrierOf(row[k], k == truth[i]);
            log[i] = ProbabilityScores.LogLossOf(row[truth[i]], isPositive: true);
        }

        var confusion = ConfusionMatrix.Of(truth, predicted, labels);
        var values = new double[ConfusionStatistics.Count];
        ConfusionStatistics.Compute(confusion.Counts.SelectMany(c => c).Select(c => (double)c).ToArray(), classes, values);
        var intervals = Intervals(truth.ToArray(), predicted, classes, brier, log, settings);
        const string noRows = "no rows in this part";
        Estimate Value(int statistic, string reason) => double.IsNaN(values[statistic]) ? Estimate.Not(reason) : Estimate.Of(values[statistic], intervals[statistic]);
        Estimate Mean(double[] terms, int statistic) => rows == 0 ? Estimate.Not(noRows) : Estimate.Of(terms.Average(), intervals[statistic]);

        var accuracy = settings.Groups is null ? Proportion.Of(confusion.Correct, rows, noRows, settings) : Value(ConfusionStatistics.Accuracy, noRows);
        var (auc, pr) = OneAgainstTheRest(probabilities, truth, classes);
        return new ClassificationMetrics
        {
            Rows = rows,
            Averaging = "macro",
            Accuracy = accuracy,
            BalancedAccuracy = Value(ConfusionStatistics.BalancedAccuracy, noRows),
            Precision = Value(ConfusionStatistics.Precision, noRows),
            Recall = Value(ConfusionStatistics.Recall, noRows),
            F1 = Value(ConfusionStatistics.F1, noRows),
            MicroF1 = accuracy,
            Mcc = Value(ConfusionStatistics.Mcc, rows == 0 ? noRows : "truth or prediction is one class only"),
            RocAuc = auc,
            PrAuc = pr,
            Brier = Mean(brier, Brier),
            LogLoss = Mean(log, Log),
            Confusion = confusion,
            Classes = ClassMetrics.Of(confusion, settings),
            Calibration = Calibration.Of(confidence, correct, settings: settings),
        };
    }

    /// <summary>Means over the classes that have rows and are not all there is.</summary>
    static (Estimate Auc, Estimate Pr) OneAgainstTheRest(ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truth, int classes)
    {
        var (scores, isClass) = (new double[truth.Length], new bool[truth.Length]);
        var (areas, precisions) = (new List<double>(), new List<double>());
        for (int k = 0; k < classes; k++)
        {
            for (int i = 0; i < truth.Length; i++) (scores[i], isClass[i]) = (probabilities[i * classes + k], truth[i] == k);
            var ranking = new Ranking(scores, isClass);
            if (ranking.OneClassOnly is not null) continue;
            areas.Add(RocAuc.AreaAndVariance(ranking).Area);
            precisions.Add(AveragePrecision.Value(ranking));
        }

        const string reason = "fewer than two classes in this part";
        return areas.Count == 0 ? (Estimate.Not(reason), Estimate.Not(reason)) : (Estimate.Of(areas.Average()), Estimate.Of(precisions.Average()));
    }

    static Interval?[] Intervals(int[] truth, int[] predicted, int classes, double[] brier, double[] log, IntervalSettings settings)
    {
        int units = settings.Groups is { Length: > 0 } groups ? groups.Max() + 1 : truth.Length;
        var counts = new double[classes * classes];
        return Bootstrap.Intervals(units, Count, settings, (weights, values) =>
        {
            Array.Clear(counts);
            double rows = 0, briers = 0, logs = 0;
            for (int i = 0; i < truth.Length; i++)
            {
                int weight = weights[settings.Groups is null ? i : settings.Groups[i]];
                counts[truth[i] * classes + predicted[i]] += weight;
                rows += weight;
                briers += weight * brier[i];
                logs += weight * log[i];
            }

            ConfusionStatistics.Compute(counts, classes, values);
            (values[Brier], values[Log]) = (briers / rows, logs / rows);
        });
    }
}
