using Takt.Learning.Metrics;
using Takt.Tensors;

namespace Takt.Learning.Tests.Metrics;

public class IntervalTests
{
    [Fact]
    public void The_bootstrap_of_a_mean_agrees_with_the_normal_interval()
    {
        // The mean error of 400 normal draws: the percentile interval must be close to mean ± 1.96·s/√n.
        var random = new Generator(3);
        double[] errors = [.. Enumerable.Range(0, 400).Select(_ => (double)random.NextNormal())];
        double mean = errors.Average(), half = 1.96 * Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / 399 / 400);
        var bias = RegressionMetrics.Of(errors, new double[400]).Bias;

        Assert.Equal(mean - half, bias.Low!.Value, half * 0.15);
        Assert.Equal(mean + half, bias.High!.Value, half * 0.15);
    }

    [Fact]
    public void The_bootstrap_of_the_area_agrees_with_DeLong()
    {
        var (scores, truth) = Draw(600, seed: 11);
        var delong = ClassificationMetrics.Binary(scores, truth, 0.5, ["0", "1"]).RocAuc;
        var drawn = ClassificationMetrics.Binary(scores, truth, 0.5, ["0", "1"], new IntervalSettings { Groups = [.. Enumerable.Range(0, 600)] }).RocAuc;

        Assert.Equal(delong.Value, drawn.Value);
        Assert.Equal(delong.High!.Value - delong.Low!.Value, drawn.High!.Value - drawn.Low!.Value, 0.01);
    }

    [Fact]
    public void Rows_that_come_in_groups_widen_the_interval()
    {
        // Every row ten times: the same values, a tenth of the knowledge, so an interval √10 wider than ten times the rows would claim.
        var (scores, truth) = Draw(100, seed: 12);
        double[] many = [.. scores.SelectMany(s => Enumerable.Repeat(s, 10))];
        bool[] manyTruth = [.. truth.SelectMany(t => Enumerable.Repeat(t, 10))];
        double Width(int[]? groups)
        {
            var f1 = ClassificationMetrics.Binary(many, manyTruth, 0.5, ["0", "1"], new IntervalSettings { Groups = groups }).F1;
            return f1.High!.Value - f1.Low!.Value;
        }

        Assert.InRange(Width([.. Enumerable.Range(0, 1000).Select(i => i / 10)]) / Width(groups: null), 2.5, 4);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_a_near_one()
    {
        var (scores, truth) = Draw(300, seed: 13);
        Estimate F1(ulong seed) => ClassificationMetrics.Binary(scores, truth, 0.5, ["0", "1"], new IntervalSettings { Seed = seed }).F1;

        Assert.Equal(F1(1), F1(1));
        Assert.NotEqual(F1(1).Low, F1(2).Low);
        Assert.Equal(F1(1).Low!.Value, F1(2).Low!.Value, 0.02);
    }

    [Theory]
    [InlineData(2_000, 1000)]
    [InlineData(50_000, 1000)]
    [InlineData(200_000, 250)]
    [InlineData(10_000_000, 100)]
    public void Very_large_parts_get_fewer_draws(int rows, int draws) => Assert.Equal(draws, Bootstrap.DrawsOf(rows, new IntervalSettings()));

    static (double[] Scores, bool[] Truth) Draw(int count, ulong seed)
    {
        var random = new Generator(seed);
        bool[] truth = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < 0.3)];
        return ([.. truth.Select(t => 1 / (1 + Math.Exp(-(random.NextNormal() + (t ? 1.2 : -1.2)))))], truth);
    }
}
