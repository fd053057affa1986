using Takt.Learning.Metrics;
using Takt.Learning.Specs;

namespace Takt.Learning.Tests.Metrics;

public class ThresholdSearchTests
{
    [Fact]
    public void The_middle_of_the_gap_that_parts_the_classes_is_taken()
    {
        var choice = ThresholdSearch.Best([0.1, 0.2, 0.6, 0.9], [false, false, true, true]);
        Assert.Equal((0.4, 1.0), (choice.Threshold, choice.Value!.Value));
    }

    [Fact]
    public void Among_equal_thresholds_the_widest_gap_wins()
    {
        // F1 = 2/3 with one call (hit), and again with four calls (two hits, two false alarms): gaps 0.9–0.88 and 0.3–0.05.
        double[] scores = [0.9, 0.88, 0.87, 0.3, 0.05];
        var choice = ThresholdSearch.Best(scores, [true, false, false, true, false]);
        Assert.Equal((0.175, 2 / 3.0), (Math.Round(choice.Threshold, 12), choice.Value!.Value));
    }

    [Fact]
    public void Equal_scores_are_never_parted()
    {
        var choice = ThresholdSearch.Best([0.5, 0.5, 0.5, 0.2], [true, false, true, false]);
        Assert.Equal(new BinaryCounts(2, 1, 0, 1), choice.Counts);
        Assert.Equal(0.35, choice.Threshold, 12);
    }

    [Theory]
    [InlineData(1.0, 0.95, 1)]    // only the first call is sure
    [InlineData(0.6, 0.4, 2)]     // two of three calls are hits: 0.67 ≥ 0.6
    public void Recall_is_maximised_where_the_precision_is_kept(double precision, double about, int hits)
    {
        var choice = ThresholdSearch.Best([0.98, 0.92, 0.5, 0.3, 0.1], [true, false, true, false, false], new ThresholdSpec { Goal = ThresholdGoal.Recall, Precision = precision });
        Assert.Equal((about, hits, null), (Math.Round(choice.Threshold, 12), choice.Counts.TruePositives, choice.Note));
    }

    [Fact]
    public void A_precision_out_of_reach_is_said()
    {
        var choice = ThresholdSearch.Best([0.9, 0.8, 0.7], [false, true, false], new ThresholdSpec { Goal = ThresholdGoal.Recall, Precision = 0.9 });
        Assert.Contains("no threshold keeps a precision of 0.9", choice.Note);
        Assert.Equal(0.75, choice.Threshold, 12);   // one hit in two calls is the best there is
    }

    [Theory]
    [InlineData(10, 1, 0.15)]     // a miss costs ten false alarms: call early
    [InlineData(1, 10, 0.85)]     // a false alarm costs ten misses: call late
    public void Costs_move_the_threshold(double miss, double falseAlarm, double expected)
    {
        var spec = new ThresholdSpec { Goal = ThresholdGoal.Cost, MissCost = miss, FalseAlarmCost = falseAlarm };
        var choice = ThresholdSearch.Best([0.9, 0.8, 0.6, 0.4, 0.2, 0.1], [true, false, true, false, true, false], spec);
        Assert.Equal(expected, choice.Threshold, 12);
    }

    [Fact]
    public void Never_calling_can_be_the_cheapest()
    {
        var spec = new ThresholdSpec { Goal = ThresholdGoal.Cost, MissCost = 1, FalseAlarmCost = 100 };
        var choice = ThresholdSearch.Best([1.0, 0.5], [false, true], spec);
        Assert.Equal(new BinaryCounts(0, 0, 1, 1), BinaryCounts.At([1.0, 0.5], [false, true], choice.Threshold));
    }

    [Fact]
    public void With_one_class_only_the_threshold_is_a_half_and_the_reason_is_said()
    {
        var choice = ThresholdSearch.Best([0.2, 0.7], [false, false]);
        Assert.Equal((0.5, "0.5, not searched: no positive rows in this part"), (choice.Threshold, choice.Note));
        Assert.DoesNotContain("NaN", MetricsJson.ToJson(choice).ToJsonString());
    }

    [Fact]
    public void A_fixed_threshold_is_taken_as_it_is() =>
        Assert.Equal(0.3, ThresholdSearch.Best([0.2, 0.7], [false, true], new ThresholdSpec { Goal = ThresholdGoal.Fixed, Value = 0.3 }).Threshold);
}
