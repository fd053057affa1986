using Takt.Learning.Metrics;

namespace Takt.Learning.Tests.Metrics;

public class RegressionTests
{
    [Fact]
    public void Metrics_of_numbers_agree_with_scikit_learn_and_numpy()
    {
        var golden = Golden.Of("regression", 0);
        var metrics = RegressionMetrics.Of(golden.Numbers("predicted"), golden.Numbers("truth"));
        void Check(string name, Estimate estimate) => Assert.Equal(golden.Number(name), estimate.Value!.Value, 1e-12);

        Check("mae", metrics.Mae);
        Check("rmse", metrics.Rmse);
        Check("r2", metrics.R2);
        Check("mape", metrics.Mape);
        Check("medianAbsoluteError", metrics.MedianAbsoluteError);
        Check("bias", metrics.Bias);
        Assert.Equal(golden.Numbers("errorQuantiles"), metrics.ErrorQuantiles.Select(q => q.Error), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(60, metrics.Sample.Count);
    }

    [Theory]   // d → score of the PHM08 definition, computed apart
    [InlineData(-10, 1.158)]
    [InlineData(10, 1.718)]
    [InlineData(-30, 9.051)]
    [InlineData(30, 19.086)]
    [InlineData(-5, 0.469)]
    [InlineData(5, 0.649)]
    [InlineData(0, 0)]
    public void The_nasa_score_punishes_late_more_than_early(double d, double score) =>
        Assert.Equal(score, Math.Round(RemainingLifeMetrics.ScoreOf(d), 3));

    [Fact]
    public void Remaining_life_is_scored_as_a_sum_over_units_with_median_and_worst()
    {
        var metrics = RemainingLifeMetrics.Of([90, 60, 35], [100, 50, 30]);

        Assert.Equal(1.158 + 1.718 + 0.649, metrics.Score.Value!.Value, 2e-3);
        Assert.Equal(Math.Sqrt(225 / 3.0), metrics.Rmse.Value!.Value, 12);
        Assert.Equal((10.0, -10.0, 10.0, 2 / 3.0), (metrics.MedianAbsoluteError.Value, metrics.WorstEarly, metrics.WorstLate, metrics.Late.Value));
        Assert.Equal(0, RemainingLifeMetrics.Of([125], [195], cap: 125).Rmse.Value);
    }

    [Fact]
    public void A_score_beyond_all_numbers_is_undefined_not_infinite()
    {
        var metrics = RemainingLifeMetrics.Of([1e6, 1], [0, 1]);
        Assert.NotNull(metrics.Score.Undefined);
        Assert.DoesNotContain("nfinity", MetricsJson.ToJson(metrics).ToJsonString());
    }

    [Fact]
    public void What_has_no_value_says_why()
    {
        var constant = RegressionMetrics.Of([1.1, 2, 3], [0.1, 0.1, 0.1]);
        Assert.Equal("all true values are the same", constant.R2.Undefined);
        Assert.Equal("a true value is 0", RegressionMetrics.Of([1, 2], [0, 2]).Mape.Undefined);
        var empty = RegressionMetrics.Of([], []);
        Assert.All(new[] { empty.Mae, empty.Rmse, empty.R2, empty.Mape, empty.MedianAbsoluteError, empty.Bias }, e => Assert.Equal("no rows in this part", e.Undefined));
        Assert.DoesNotContain("NaN", MetricsJson.ToJson(empty).ToJsonString());
        Assert.Throws<ArgumentException>(() => RegressionMetrics.Of([double.PositiveInfinity], [1]));
        Assert.Throws<ArgumentException>(() => RegressionMetrics.Of([1, 2], [1]));
    }

    [Fact]
    public void The_sample_for_pictures_walks_along_the_truth_to_both_ends()
    {
        double[] truth = [.. Enumerable.Range(0, 10_000).Select(i => (double)(i * 7919 % 10_000))];
        var sample = RegressionMetrics.Of(truth, truth, new IntervalSettings { Draws = 0 }).Sample;

        Assert.Equal(RegressionMetrics.SampleSize, sample.Count);
        Assert.Equal((0.0, 9999.0), (sample[0].Truth, sample[^1].Truth));
        Assert.Equal(sample.Select(p => p.Truth).Order(), sample.Select(p => p.Truth));
    }
}
