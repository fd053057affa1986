using System.Diagnostics;
using Takt.Learning.Specs;

namespace Takt.Learning.Training;

/// <summary>What early stopping watches.</summary>
/// <param name="metric">Which metric.</param>
/// <param name="unit">Numbers: how much one coded unit is in the target's unit (its standard deviation), so that errors are told in the target's unit. Default 1.</param>
public sealed class WatchedMetric(MonitorMetric metric, double unit = 1)
{
    /// <summary>Which metric.</summary>
    public MonitorMetric Metric => metric;

    /// <summary>Its direction.</summary>
    public bool HigherIsBetter => metric is MonitorMetric.Accuracy or MonitorMetric.F1 or MonitorMetric.RocAuc or MonitorMetric.PrAuc;

    /// <summary>The metric of some answers.</summary>
    /// <param name="evaluation">What was answered.</param>
    /// <param name="targets">What was right.</param>
    public double Of(Evaluation evaluation, ReadOnlySpan<float> targets) => metric switch
    {
        MonitorMetric.Loss => evaluation.Loss,
        MonitorMetric.Rmse => unit * Math.Sqrt(MeanError(evaluation.Answers, targets, static e => e * e)),
        MonitorMetric.Mae => unit * MeanError(evaluation.Answers, targets, Math.Abs),
        _ => throw new UnreachableException(),
    };

    static double MeanError(ReadOnlySpan<float> answers, ReadOnlySpan<float> targets, Func<double, double> of)
    {
        double sum = 0;
        for (int i = 0; i < targets.Length; i++) sum += of((double)answers[i] - targets[i]);
        return sum / targets.Length;
    }
}
