namespace Takt.Learning.Metrics;

/// <summary>How well classes are told apart on one part of the data.</summary>
/// <remarks>
/// Two classes: precision, recall, F1, specificity, the areas and the curves are those of the positive class, decided at <see cref="Threshold"/>.
/// Several classes: the most probable one is predicted, and precision, recall, F1 and ROC-AUC are macro means (see <see cref="Averaging"/>).
/// Intervals: Wilson for shares of rows, DeLong for ROC-AUC, percentile bootstrap for the rest and, where groups are given, for all.
/// </remarks>
public sealed record ClassificationMetrics
{
    /// <summary>Rows.</summary>
    public required int Rows { get; init; }

    /// <summary><c>positive</c> (of two classes) or <c>macro</c> (mean over several).</summary>
    public required string Averaging { get; init; }

    /// <summary>Two classes: from this probability on a row is called positive; null for several.</summary>
    public double? Threshold { get; init; }

    /// <summary>Two classes: positive rows; null for several.</summary>
    public int? Positives { get; init; }

    /// <summary>Two classes: positives / rows, what a model that knows nothing gets as precision; null for several or without rows.</summary>
    public double? Prevalence { get; init; }

    /// <summary>Correct / rows.</summary>
    public required Estimate Accuracy { get; init; }

    /// <summary>Mean recall of the classes that occur (two: of sensitivity and specificity).</summary>
    public required Estimate BalancedAccuracy { get; init; }

    /// <summary>TP / (TP + FP).</summary>
    public required Estimate Precision { get; init; }

    /// <summary>TP / (TP + FN), also known as sensitivity.</summary>
    public required Estimate Recall { get; init; }

    /// <summary>Two classes: TN / (TN + FP); null for several.</summary>
    public Estimate? Specificity { get; init; }

    /// <summary>2·TP / (2·TP + FP + FN).</summary>
    public required Estimate F1 { get; init; }

    /// <summary>Several classes: F1 of all decisions together, which equals accuracy when each row has one class; null for two.</summary>
    public Estimate? MicroF1 { get; init; }

    /// <summary>Matthews correlation, −1 to 1, 0 for chance (several classes: Gorodkin's R_K).</summary>
    public required Estimate Mcc { get; init; }

    /// <summary>Area under the ROC curve (several classes: mean of one against the rest).</summary>
    public required Estimate RocAuc { get; init; }

    /// <summary>Average precision (several classes: mean of one against the rest).</summary>
    public required Estimate PrAuc { get; init; }

    /// <summary>Mean of (p − y)²; several classes: summed over the classes, so 0 to 2 (Brier 1950).</summary>
    public required Estimate Brier { get; init; }

    /// <summary>Mean of −ln of the probability given to the true class.</summary>
    public required Estimate LogLoss { get; init; }

    /// <summary>Who was taken for whom.</summary>
    public required ConfusionMatrix Confusion { get; init; }

    /// <summary>Each class against the rest.</summary>
    public required IReadOnlyList<ClassMetrics> Classes { get; init; }

    /// <summary>Two classes: of the positive class; several: of the predicted class's probability.</summary>
    public required Calibration Calibration { get; init; }

    /// <summary>ROC curve; empty for several classes or where one is missing.</summary>
    public IReadOnlyList<RocPoint> RocCurve { get; init; } = [];

    /// <summary>Precision-recall curve; empty for several classes or without positives.</summary>
    public IReadOnlyList<PrecisionRecallPoint> PrecisionRecallCurve { get; init; } = [];

    /// <summary>Lift; empty for several classes or without positives.</summary>
    public IReadOnlyList<LiftPoint> Lift { get; init; } = [];

    /// <summary>Two classes.</summary>
    /// <param name="probabilities">Of the positive class, one a row, 0 to 1.</param>
    /// <param name="truth">Whether the row is positive.</param>
    /// <param name="threshold">From here on a row is called positive.</param>
    /// <param name="labels">The negative and the positive class.</param>
    /// <param name="settings">Intervals; null = the defaults.</param>
    /// <exception cref="ArgumentException">The lengths differ or a probability is not finite.</exception>
    public static ClassificationMetrics Binary(
        ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> truth, double threshold, IReadOnlyList<string> labels, IntervalSettings? settings = null) =>
        BinaryEvaluation.Of(probabilities, truth, threshold, labels, settings ?? new());

    /// <summary>Several classes (two are allowed: then the more probable one is predicted and the means are macro).</summary>
    /// <param name="probabilities">[rows, classes] row by row, each row summing to 1.</param>
    /// <param name="truth">The true class of each row, an index into <paramref name="labels"/>.</param>
    /// <param name="labels">The classes.</param>
    /// <param name="settings">Intervals; null = the defaults.</param>
    /// <exception cref="ArgumentException">The lengths do not fit or a probability is not finite.</exception>
    public static ClassificationMetrics Multiclass(
        ReadOnlySpan<double> probabilities, ReadOnlySpan<int> truth, IReadOnlyList<string> labels, IntervalSettings? settings = null) =>
        MulticlassEvaluation.Of(probabilities, truth, labels, settings ?? new());
}

/// <summary>One class against the rest.</summary>
/// <param name="Label">The class.</param>
/// <param name="Rows">Rows that are of it.</param>
/// <param name="Predicted">Rows that are taken for it.</param>
/// <param name="Precision">Right among those taken for it, Wilson interval.</param>
/// <param name="Recall">Found among those that are of it, Wilson interval.</param>
/// <param name="F1">Their harmonic mean.</param>
public sealed record ClassMetrics(string Label, long Rows, long Predicted, Estimate Precision, Estimate Recall, Estimate F1)
{
    internal static IReadOnlyList<ClassMetrics> Of(ConfusionMatrix confusion, IntervalSettings settings) =>
    [
        .. Enumerable.Range(0, confusion.Labels.Count).Select(k =>
        {
            long hit = confusion.Counts[k][k], truly = confusion.TrulyOf(k), called = confusion.CalledOf(k);
            return new ClassMetrics(confusion.Labels[k], truly, called,
                Proportion.Of(hit, called, "no row is taken for this class", settings),
                Proportion.Of(hit, truly, "no row is of this class", settings),
                Estimate.Ratio(2 * hit, truly + called, "no row is of this class or taken for it"));
        }),
    ];
}
