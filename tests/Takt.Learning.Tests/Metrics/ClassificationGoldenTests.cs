using System.Text.Json.Nodes;
using Takt.Learning.Metrics;
using Takt.Learning.Specs;

namespace Takt.Learning.Tests.Metrics;

public class ClassificationGoldenTests
{
    const double Close = 1e-12;

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void Two_class_metrics_agree_with_scikit_learn(int index)
    {
        var golden = Golden.Of("binary", index);
        var metrics = ClassificationMetrics.Binary(golden.Numbers("score"), golden.Truth(), golden.Number("threshold"), ["0", "1"]);

        Check(golden, "accuracy", metrics.Accuracy);
        Check(golden, "balancedAccuracy", metrics.BalancedAccuracy);
        Check(golden, "precision", metrics.Precision);
        Check(golden, "recall", metrics.Recall);
        Check(golden, "f1", metrics.F1);
        Check(golden, "mcc", metrics.Mcc);
        Check(golden, "rocAuc", metrics.RocAuc);
        Check(golden, "prAuc", metrics.PrAuc);
        Check(golden, "brier", metrics.Brier);
        Check(golden, "logLoss", metrics.LogLoss);
        Assert.Equal(golden.Numbers("observed"), metrics.Calibration.Bins.Select(b => b.Observed), (a, b) => Math.Abs(a - b) < Close);
        Assert.Equal(golden.Numbers("predicted"), metrics.Calibration.Bins.Select(b => b.Predicted), (a, b) => Math.Abs(a - b) < Close);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void DeLong_in_one_pass_agrees_with_the_double_loop_of_the_paper(int index)
    {
        var golden = Golden.Of("binary", index);
        var (area, variance) = RocAuc.AreaAndVariance(new Ranking(golden.Numbers("score"), golden.Truth()));
        Assert.Equal(golden.Number("delongArea"), area, Close);
        Assert.Equal(golden.Number("delongError"), Math.Sqrt(variance!.Value), Close);
    }

    [Fact]
    public void DeLong_reproduces_the_published_ovarian_cancer_example()
    {
        // K-G score of the 43 complete patients of DeLong, DeLong and Clarke-Pearson (1988), as in the SAS/STAT manual (PROC LOGISTIC, "Comparing ROC curves"):
        // area 0.7258, standard error 0.1028, 95 % limits 0.5243 and 0.9273.
        int[] score = [10, 5, 3, 6, 3, 5, 8, 5, 5, 6, 4, 6, 5, 5, 4, 4, 6, 4, 6, 6, 7, 8, 5, 5, 6, 6, 5, 4, 5, 6, 6, 7, 5, 7, 6, 5, 9, 7, 8, 7, 6, 5, 5];
        const string outcome = "0110100111111110100110111111110011110101111";
        var area = RocAuc.Of([.. score.Select(s => 10.0 - s)], [.. outcome.Select(o => o == '1')]);

        Assert.Equal(43, outcome.Length);
        Assert.Equal((0.7258, 0.5243, 0.9273), (Math.Round(area.Value!.Value, 4), Math.Round(area.Low!.Value, 4), Math.Round(area.High!.Value, 4)));
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void The_threshold_search_reaches_the_best_that_scikit_learn_finds_on_the_curve(int index)
    {
        var golden = Golden.Of("binary", index);
        var f1 = ThresholdSearch.Best(golden.Numbers("score"), golden.Truth());
        var recall = ThresholdSearch.Best(golden.Numbers("score"), golden.Truth(), new ThresholdSpec { Goal = ThresholdGoal.Recall, Precision = 0.8 });

        Assert.Equal(golden.Number("bestF1"), f1.Value!.Value, Close);
        Assert.Equal(BinaryCounts.At(golden.Numbers("score"), golden.Truth(), f1.Threshold), f1.Counts);
        Assert.Equal(golden.Number("bestRecallAtPrecision80"), recall.Note is null ? recall.Value!.Value : 0, Close);
    }

    [Fact]
    public void Several_class_metrics_agree_with_scikit_learn()
    {
        var golden = Golden.Of("multiclass", 0);
        double[] probabilities = [.. golden["probabilities"]!.AsArray().SelectMany(r => r!.AsArray().Select(v => v!.GetValue<double>()))];
        var metrics = ClassificationMetrics.Multiclass(probabilities, [.. golden.Numbers("truth").Select(t => (int)t)], ["a", "b", "c"]);

        Check(golden, "accuracy", metrics.Accuracy);
        Check(golden, "balancedAccuracy", metrics.BalancedAccuracy);
        Check(golden, "precision", metrics.Precision);
        Check(golden, "recall", metrics.Recall);
        Check(golden, "f1", metrics.F1);
        Check(golden, "microF1", metrics.MicroF1!);
        Check(golden, "mcc", metrics.Mcc);
        Check(golden, "rocAuc", metrics.RocAuc);
        Check(golden, "prAuc", metrics.PrAuc);
        Check(golden, "logLoss", metrics.LogLoss);
        Assert.Equal(golden["confusion"]!.ToJsonString(), System.Text.Json.JsonSerializer.Serialize(metrics.Confusion.Counts));
    }

    static void Check(JsonNode golden, string name, Estimate estimate) => Assert.Equal(golden.Number(name), estimate.Value!.Value, Close);
}
