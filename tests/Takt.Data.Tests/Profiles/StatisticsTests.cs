using Takt.Data.Profiles;
using Takt.Data.Tables;

namespace Takt.Data.Tests.Profiles;

/// <summary>Values from Python's statistics module (quantiles: method inclusive) and from counting pairs.</summary>
public class StatisticsTests
{
    static readonly double[] X = [2.5, -1, 4, 7.25, 11, 16, 4, 0.5], Y = [1, 3, 2, 8, 7, 20, 1, 0];

    [Fact]
    public void Numbers_are_described_as_Python_describes_them()
    {
        var profile = NumberStatistics.Of([.. X.Order()], steps: 4);
        Assert.Equal((-1.0, 16.0), (profile.Minimum, profile.Maximum));
        Assert.Equal(5.53125, profile.Mean, 12);
        Assert.Equal(5.660700202776534, profile.StandardDeviation, 12);
        double[] expected = [-0.895, -0.475, 2, 4, 8.1875, 14.25, 15.65];
        var q = profile.Quantiles;
        Assert.All(expected.Zip([q.P1, q.P5, q.P25, q.P50, q.P75, q.P95, q.P99]), p => Assert.Equal(p.First, p.Second, 12));
        Assert.Equal([-1, 3.25, 7.5, 11.75, 16], profile.Histogram.Edges);
        Assert.Equal([3, 3, 1, 1], profile.Histogram.Counts);
        Assert.False(profile.Whole);
    }

    [Fact]
    public void Outliers_lie_outside_the_fences_and_far_in_robust_deviations()
    {
        // quartiles 3.25 and 7.75: fences at −3.5 and 14.5; median 5.5, absolute deviations' median 2.5
        var profile = NumberStatistics.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 100], steps: 10);
        Assert.Equal((1, 1), (profile.OutsideFences, profile.RobustOutliers));
        Assert.Null(NumberStatistics.Of([1, 1, 1, 1, 1, 9], steps: 10).RobustOutliers);
        Assert.Equal([6], NumberStatistics.Of([1, 1, 1, 1, 1, 1], steps: 10).Histogram.Counts);
    }

    [Fact]
    public void Associations_are_those_of_the_definitions()
    {
        Assert.Equal(0.891706588744649, Associations.Pearson(X, Y), 12);
        Assert.Equal([3, 1, 4.5, 6, 7, 8, 4.5, 2], Associations.Ranks(X));
        Assert.Equal(0.8125, Associations.Auc(X, [false, false, true, true, false, true, true, false]), 12);
        Assert.Equal(0.7853675369033789, Associations.CorrelationRatio([0, 0, 1, 1, 2, 2, 1, 0], Y, 3), 12);
        Assert.Equal(0.2801049017126702, Associations.Information([0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 0, 1], 3, [0, 0, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1], 2), 12);
        Assert.Equal(0.7168674698795181, Associations.Spearman(X, Y), 12);
    }

    [Fact]
    public void What_does_not_vary_goes_with_nothing()
    {
        Assert.Equal(0, Associations.Pearson([1, 1, 1], [1, 2, 3]));
        Assert.Equal(0.5, Associations.Auc([1, 2, 3], [true, true, true]));
        Assert.Equal(0, Associations.CorrelationRatio([0, 1, 0], [2, 2, 2], 2));
        Assert.Equal(0, Associations.Information([0, 1, 0], 2, [0, 0, 0], 1));
    }

    [Fact]
    public void Time_is_followed_within_each_group()
    {
        DateTime? At(int minutes) => new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(minutes);
        var times = new TimeColumn("t", [At(0), At(5), At(5), At(10), At(40), At(45), At(43), null, At(50)]);
        var whole = TimeStatistics.Of(times, group: null);
        Assert.Equal((300.0, 1, 1, 1), (whole.StepSeconds!.Value, whole.OutOfOrder, whole.Repeated, whole.GapCount));
        Assert.Equal(new TimeGap(At(10)!.Value, At(40)!.Value, 1800), Assert.Single(whole.Gaps));
        Assert.Equal(2, whole.Irregular);   // 30 minutes, and the 7 from 43 to 50
        var interleaved = new TimeColumn("t", [At(0), At(0), At(5), At(5), At(10), At(10)]);
        var grouped = TimeStatistics.Of(interleaved, new TextColumn("machine", ["a", "b", "a", "b", "a", "b"]));
        Assert.Equal((300.0, 0, 0, 0), (grouped.StepSeconds!.Value, grouped.OutOfOrder, grouped.Repeated, grouped.GapCount));
    }
}
