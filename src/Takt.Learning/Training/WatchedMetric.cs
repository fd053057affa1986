using System.Diagnostics;
using System.Globalization;
using Takt.Learning.Metrics;
using Takt.Learning.Specs;

namespace Takt.Learning.Training;

/// <summary>What early stopping watches.</summary>
/// <param name="metric">Which metric.</param>
/// <param name="unit">Numbers: how much one coded unit is in the target's unit (its standard deviation), so that errors are told in the target's unit. Default 1.</param>
public sealed class WatchedMetric(MonitorMetric metric, double unit = 1)
{
    static readonly IntervalSettings NoIntervals = new() { Draws = 0 };

    /// <summary>Which metric.</summary>
    public MonitorMetric Metric => metric;

    /// <summary>Its direction.</summary>
    public bool HigherIsBetter => metric is MonitorMetric.Accuracy or MonitorMetric.F1 or MonitorMetric.RocAuc or MonitorMetric.PrAuc;

    /// <summary>The metric of some answers; not a number where it has no value, for example because a class does not occur.</summary>
    /// <param name="evaluation">What was answered.</param>
    /// <param name="targets">What was right.</param>
    public double Of(Evaluation evaluation, float[] targets) => metric switch
    {
        MonitorMetric.Loss => evaluation.Loss,
        MonitorMetric.Rmse => unit * Math.Sqrt(MeanError(evaluation.Answers, targets, static e => e * e)),
        MonitorMetric.Mae => unit * MeanError(evaluation.Answers, targets, Math.Abs),
        _ => OfClasses([.. evaluation.Answers.Select(a => (double)a)], targets) ?? double.NaN,
    };

    double? OfClasses(double[] probabilities, float[] targets)
    {
        int classes = probabilities.Length / targets.Length;
        var metrics = classes == 1
            ? ClassificationMetrics.Binary(probabilities, [.. targets.Select(t => t == 1)], threshold: 0.5, ["0", "1"], NoIntervals)
            : ClassificationMetrics.Multiclass(probabilities, [.. targets.Select(t => (int)t)], Labels(classes), NoIntervals);
        return metric switch
        {
            MonitorMetric.Accuracy => metrics.Accuracy.Value,
            MonitorMetric.F1 => metrics.F1.Value,
            MonitorMetric.RocAuc => metrics.RocAuc.Value,
            MonitorMetric.PrAuc => metrics.PrAuc.Value,
            _ => throw new UnreachableException(),
        };
    }

    static string[] Labels(int classes) => [.. Enumerable.Range(0, classes).Select(c => c.ToString(CultureInfo.InvariantCulture))];

    static double MeanError(float[] answers, float[] targets, Func<double, double> of)
    {
        double sum = 0;
        for (int i = 0; i < targets.Length; i++) sum += of((double)answers[i] - targets[i]);
        return sum / targets.Length;
    }
}
