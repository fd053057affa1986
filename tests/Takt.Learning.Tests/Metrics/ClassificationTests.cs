using Takt.Learning.Metrics;

namespace Takt.Learning.Tests.Metrics;

public class ClassificationTests
{
    [Theory]
    // Wilson's interval as published: Newcombe (1998), table I: 81/263, 15/148, 0/20, 1/29.
    [InlineData(81, 263, 0.2553, 0.3662)]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilsons_interval_reproduces_the_published_table(int successes, int trials, double low, double high)
    {
        var interval = Proportion.Wilson(successes, trials, new IntervalSettings().Z);
        Assert.Equal((low, high), (Math.Round(interval.Low, 4), Math.Round(interval.High, 4)));
    }

    [Fact]
    public void Counts_follow_the_definition_by_hand()
    {
        // scores ≥ 0.5 are called: rows 0, 1, 3 → one hit, two false alarms; row 4 is missed.
        var metrics = ClassificationMetrics.Binary([0.9, 0.5, 0.4, 0.6, 0.1], [true, false, false, false, true], 0.5, ["ok", "fault"]);

        Assert.Equal("""[[1,2],[1,1]]""", System.Text.Json.JsonSerializer.Serialize(metrics.Confusion.Counts));
        Assert.Equal((5, 2, 0.4), (metrics.Rows, metrics.Positives!.Value, metrics.Prevalence!.Value));
        Assert.Equal((1 / 3.0, 0.5, 0.4, 0.4), (metrics.Precision.Value, metrics.Recall.Value, metrics.F1.Value, metrics.Accuracy.Value));
        Assert.Equal(3 / 6.0, metrics.RocAuc.Value);   // pairs (positive above negative): 0.9 beats three, 0.1 beats none
    }

    [Theory]
    [InlineData(false, "no positive rows in this part")]
    [InlineData(true, "no negative rows in this part")]
    public void With_one_class_only_areas_are_null_with_the_reason_and_json_has_no_NaN(bool only, string reason)
    {
        var metrics = ClassificationMetrics.Binary([0.1, 0.7, 0.2], [only, only, only], 0.5, ["0", "1"]);
        string json = MetricsJson.ToJson(metrics).ToJsonString();

        Assert.Equal(reason, metrics.RocAuc.Undefined);
        Assert.Null(metrics.RocAuc.Value);
        Assert.Contains($$"""rocAuc":{"value":null,"undefined":"{{reason}}"}""", json);
        Assert.DoesNotContain("NaN", json);
        Assert.Equal(metrics.Mcc.Undefined, MetricsJson.FromJson<ClassificationMetrics>(MetricsJson.ToJson(metrics)).Mcc.Undefined);
    }

    [Fact]
    public void An_empty_part_has_no_values_and_no_exception()
    {
        var binary = ClassificationMetrics.Binary([], [], 0.5, ["0", "1"]);
        var several = ClassificationMetrics.Multiclass([], [], ["a", "b", "c"]);
        Assert.All(new[] { binary.Accuracy, binary.F1, binary.RocAuc, binary.PrAuc, binary.Brier, several.Accuracy, several.Mcc, several.LogLoss }, e => Assert.Null(e.Value));
        Assert.DoesNotContain("NaN", MetricsJson.ToJson(binary).ToJsonString() + MetricsJson.ToJson(several).ToJsonString());
    }

    [Fact]
    public void A_score_that_is_no_number_is_refused() =>
        Assert.Contains("row 1", Assert.Throws<ArgumentException>(() => ClassificationMetrics.Binary([0.1, double.NaN], [true, false], 0.5, ["0", "1"])).Message);

    [Fact]
    public void A_perfect_model_has_area_one_without_an_interval_that_claims_certainty()
    {
        var area = RocAuc.Of([0.9, 0.8, 0.2, 0.1], [true, true, false, false]);
        Assert.Equal((1.0, null, null), (area.Value, area.Low, area.High));
    }

    [Fact]
    public void Lift_counts_the_positives_among_the_best()
    {
        double[] scores = [.. Enumerable.Range(0, 100).Select(i => 1 - i / 100.0)];
        bool[] truth = [.. Enumerable.Range(0, 100).Select(i => i is 0 or 1 or 2 or 40)];
        var lift = Curves.Lift(scores, truth);

        Assert.Equal(new LiftPoint(0.01, 0.25, 25), lift[0]);
        Assert.Equal(new LiftPoint(0.1, 0.75, 7.5), lift[3]);
        Assert.Equal(new LiftPoint(0.5, 1, 2), lift[5]);
        Assert.All(Curves.Lift(new double[100], truth), p => Assert.Equal(1, p.Lift, 12));   // all the same score: no better than chance at any share
    }

    [Fact]
    public void Curves_of_many_rows_are_thinned_and_keep_their_ends()
    {
        var random = new Takt.Tensors.Generator(5);
        bool[] truth = [.. Enumerable.Range(0, 50_000).Select(_ => random.NextDouble() < 0.1)];
        double[] scores = [.. truth.Select(t => random.NextDouble() * 0.7 + (t ? 0.3 : 0))];
        var (roc, pr) = (Curves.Roc(scores, truth), Curves.PrecisionRecall(scores, truth));

        Assert.InRange(roc.Count, 100, 1002);
        Assert.InRange(pr.Count, 100, 1502);
        Assert.Equal((0.0, 0.0), (roc[0].FalsePositiveRate, roc[0].TruePositiveRate));
        Assert.Equal((1.0, 1.0, 1.0), (roc[^1].FalsePositiveRate, roc[^1].TruePositiveRate, pr[^1].Recall));
        double area = roc.Zip(roc.Skip(1), (a, b) => (b.FalsePositiveRate - a.FalsePositiveRate) * (a.TruePositiveRate + b.TruePositiveRate) / 2).Sum();
        Assert.Equal(RocAuc.Of(scores, truth).Value!.Value, area, 1e-3);
    }

    [Fact]
    public void Calibration_error_follows_the_definition_by_hand()
    {
        // Two bins of two rows: mean 0.25 against observed 0.5, mean 0.75 against observed 1 → (2·0.25 + 2·0.25) / 4.
        var calibration = Calibration.Of([0.2, 0.3, 0.7, 0.8], [true, false, true, true], bins: 2);
        Assert.Equal(0.25, calibration.Error.Value!.Value, 12);
        Assert.Equal([2, 2], calibration.Bins.Select(b => b.Rows));
    }
}
