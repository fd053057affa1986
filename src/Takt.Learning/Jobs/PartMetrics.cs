using System.Text.Json.Nodes;
using Takt.Data.Targets;
using Takt.Learning.Jobs.Data;
using Takt.Learning.Metrics;

namespace Takt.Learning.Jobs;

/// <summary>How good a model is on one part of the data.</summary>
public sealed record PartMetrics
{
    /// <summary>Classes; null for numbers.</summary>
    public ClassificationMetrics? Classification { get; init; }

    /// <summary>Numbers; null for classes.</summary>
    public RegressionMetrics? Regression { get; init; }

    /// <summary>Remaining life, one prediction per unit, against the true lives cut at the cap; null for other targets.</summary>
    public RemainingLifeMetrics? CappedLife { get; init; }

    /// <summary>As the metrics of the task, remaining life beside them as <c>remainingLife</c> and <c>remainingLifeCapped</c>.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)(Classification is null ? MetricsJson.ToJson(Regression!) : MetricsJson.ToJson(Classification));
        if (CappedLife is not null) json["remainingLifeCapped"] = MetricsJson.ToJson(CappedLife);
        return json;
    }

    /// <summary>The figures that people ask for first.</summary>
    public IReadOnlyList<(string Name, Estimate Value)> Headline() => this switch
    {
        { Classification: { } c } => [("F1", c.F1), ("precision", c.Precision), ("recall", c.Recall), ("ROC-AUC", c.RocAuc), ("PR-AUC", c.PrAuc), ("accuracy", c.Accuracy), ("Brier", c.Brier)],
        { Regression.RemainingLife: { } life, CappedLife: { } capped } =>
            [("RMSE, lives capped", capped.Rmse), ("NASA score, lives capped", capped.Score), ("RMSE", life.Rmse), ("NASA score", life.Score), ("MAE", Regression.Mae)],
        _ => [("RMSE", Regression!.Rmse), ("MAE", Regression.Mae), ("R²", Regression.R2)],
    };

    /// <summary>Compares answers with the truth.</summary>
    /// <param name="coding">The target.</param>
    /// <param name="part">What is true.</param>
    /// <param name="answers">What the served network gave.</param>
    /// <param name="threshold">From here on a row is called positive; two classes only.</param>
    /// <param name="lifeCap">Remaining life: its cap; null for other targets or no cap.</param>
    /// <param name="intervals">Whether to compute intervals; on rows that were learned from they say nothing.</param>
    internal static PartMetrics Of(TargetCoding coding, Part part, ReadOnlySpan<float> answers, double threshold, double? lifeCap, bool intervals)
    {
        var settings = new IntervalSettings { Draws = intervals ? new IntervalSettings().Draws : 0, Groups = part.Groups };
        if (coding.Kind == TargetKind.Classification)
        {
            double[] probabilities = Probabilities(answers);
            return new()
            {
                Classification = coding.Classes.Count == 2
                    ? ClassificationMetrics.Binary(probabilities, Positives(part.Truth), threshold, coding.Classes, settings)
                    : ClassificationMetrics.Multiclass(probabilities, [.. part.Truth.Select(t => (int)t)], coding.Classes, settings),
            };
        }

        double[] values = new double[answers.Length];
        for (int i = 0; i < values.Length; i++) values[i] = coding.DecodeValue(answers[i]);
        var metrics = RegressionMetrics.Of(values, part.Truth, settings);
        bool onePerUnit = lifeCap is not null && part.Groups is { } groups && groups.Distinct().Count() == groups.Length;
        return !onePerUnit ? new() { Regression = metrics } : new()
        {
            Regression = metrics with { RemainingLife = RemainingLifeMetrics.Of(values, part.Truth, cap: null, settings) },
            CappedLife = RemainingLifeMetrics.Of(values, part.Truth, lifeCap, settings),
        };
    }

    internal static double[] Probabilities(ReadOnlySpan<float> answers)
    {
        double[] probabilities = new double[answers.Length];
        for (int i = 0; i < probabilities.Length; i++) probabilities[i] = answers[i];
        return probabilities;
    }

    internal static bool[] Positives(double[] truth) => [.. truth.Select(t => t == 1)];
}
