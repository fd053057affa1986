using System.Text.Json.Serialization;

namespace Takt.Learning.Metrics;

/// <summary>Who was taken for whom.</summary>
/// <param name="Labels">The classes, in order.</param>
/// <param name="Counts">Rows by true class, then by predicted class: <c>Counts[truth][predicted]</c>.</param>
public sealed record ConfusionMatrix(IReadOnlyList<string> Labels, IReadOnlyList<IReadOnlyList<long>> Counts)
{
    /// <summary>Counts pairs.</summary>
    /// <param name="truth">True class of each row, an index into the labels.</param>
    /// <param name="predicted">Predicted class of each row.</param>
    /// <param name="labels">The classes.</param>
    public static ConfusionMatrix Of(ReadOnlySpan<int> truth, ReadOnlySpan<int> predicted, IReadOnlyList<string> labels)
    {
        if (truth.Length != predicted.Length) throw new ArgumentException($"{predicted.Length} predictions for {truth.Length} rows; expected one a row.");
        var counts = labels.Select(_ => new long[labels.Count]).ToArray();
        for (int i = 0; i < truth.Length; i++) counts[truth[i]][predicted[i]]++;
        return new ConfusionMatrix(labels, counts);
    }

    /// <summary>All rows.</summary>
    [JsonIgnore]
    public long Rows => Counts.Sum(c => c.Sum());

    /// <summary>Rows on the diagonal.</summary>
    [JsonIgnore]
    public long Correct => Enumerable.Range(0, Labels.Count).Sum(k => Counts[k][k]);

    /// <summary>Rows that are of a class.</summary>
    public long TrulyOf(int label) => Counts[label].Sum();

    /// <summary>Rows that are taken for a class.</summary>
    public long CalledOf(int label) => Counts.Sum(c => c[label]);
}

/// <summary>Statistics of a k-class confusion matrix held flat, fast enough for every bootstrap draw.</summary>
static class ConfusionStatistics
{
    public const int Count = 6, Accuracy = 0, BalancedAccuracy = 1, Precision = 2, Recall = 3, F1 = 4, Mcc = 5;

    /// <summary>
    /// Accuracy; balanced accuracy (mean recall over the classes that occur); precision, recall and F1 as macro means over the classes that occur or are
    /// predicted, 0 where a class has none (as scikit-learn); Matthews correlation in Gorodkin's form for k classes (Gorodkin 2004, R_K). NaN without rows,
    /// and for the last where truth or prediction is one class only.
    /// </summary>
    /// <param name="counts">[k, k], true class first.</param>
    /// <param name="k">Classes.</param>
    /// <param name="values">Where the six go.</param>
    public static void Compute(ReadOnlySpan<double> counts, int k, Span<double> values)
    {
        double rows = 0, correct = 0, recalls = 0, precisions = 0, f1s = 0, products = 0, squaresTrue = 0, squaresCalled = 0;
        int occurring = 0, involved = 0;
        for (int c = 0; c < k; c++)
        {
            double truly = 0, called = 0, hit = counts[c * k + c];
            for (int j = 0; j < k; j++)
            {
                truly += counts[c * k + j];
                called += counts[j * k + c];
            }

            rows += truly;
            correct += hit;
            products += truly * called;
            squaresTrue += truly * truly;
            squaresCalled += called * called;
            if (truly > 0) occurring++;
            if (truly + called == 0) continue;
            involved++;
            if (truly > 0) recalls += hit / truly;
            if (called > 0) precisions += hit / called;
            f1s += 2 * hit / (truly + called);
        }

        values[Accuracy] = correct / rows;
        values[BalancedAccuracy] = recalls / occurring;
        values[Precision] = precisions / involved;
        values[Recall] = recalls / involved;
        values[F1] = f1s / involved;
        values[Mcc] = (correct * rows - products) / (Math.Sqrt(rows * rows - squaresCalled) * Math.Sqrt(rows * rows - squaresTrue));
    }
}
