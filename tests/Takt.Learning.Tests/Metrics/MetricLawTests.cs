using FsCheck;
using FsCheck.Fluent;
using Takt.Learning.Metrics;

namespace Takt.Learning.Tests.Metrics;

/// <summary>Laws that hold for all data.</summary>
public class MetricLawTests
{
    static readonly IntervalSettings NoDraws = new() { Draws = 0 };

    /// <summary>Rows of a coarse score (so that ties are usual) and a truth.</summary>
    static Arbitrary<(int Score, bool IsPositive)[]> Rows => Gen.Zip(Gen.Choose(0, 20), Gen.Elements(true, false)).Select(t => (t.Item1, t.Item2)).ArrayOf().ToArbitrary();

    [Fact]
    public void The_area_does_not_see_a_rising_map_of_the_scores() => Prop.ForAll(Rows, rows =>
        Same(RocAuc.Of(Scores(rows, s => s / 20.0), Truth(rows)), RocAuc.Of(Scores(rows, s => Math.Exp(s / 3.0) - 7), Truth(rows)))).QuickCheckThrowOnFailure();

    [Fact]
    public void The_area_of_the_opposite_is_the_rest_to_one() => Prop.ForAll(Rows, rows =>
    {
        var (area, opposite) = (RocAuc.Of(Scores(rows, s => s), Truth(rows)), RocAuc.Of(Scores(rows, s => -s), Truth(rows)));
        return area.Value is null ? opposite.Value is null : Math.Abs(area.Value.Value + opposite.Value!.Value - 1) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_area_is_the_share_of_pairs_in_the_right_order() => Prop.ForAll(Rows, rows =>
    {
        var pairs = (from p in rows where p.IsPositive from n in rows where !n.IsPositive select p.Score > n.Score ? 1.0 : p.Score == n.Score ? 0.5 : 0).ToArray();
        var area = RocAuc.Of(Scores(rows, s => s), Truth(rows)).Value;
        return pairs.Length == 0 ? area is null : Math.Abs(pairs.Average() - area!.Value) < 1e-12;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Metrics_do_not_see_the_order_of_the_rows() => Prop.ForAll(Rows, rows =>
    {
        var reversed = rows.Reverse().ToArray();
        ClassificationMetrics Of((int Score, bool IsPositive)[] r) => ClassificationMetrics.Binary(Scores(r, s => s / 20.0), Truth(r), 0.5, ["0", "1"], NoDraws);
        var (one, other) = (Of(rows), Of(reversed));
        return Same(one.PrAuc, other.PrAuc) && Same(one.RocAuc, other.RocAuc) && one.F1 == other.F1 && Same(one.LogLoss, other.LogLoss);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Confusion_counts_sum_to_the_rows_and_to_each_class() => Prop.ForAll(Rows, rows =>
    {
        var metrics = ClassificationMetrics.Binary(Scores(rows, s => s / 20.0), Truth(rows), 0.5, ["0", "1"], NoDraws);
        return metrics.Confusion.Rows == rows.Length
            && metrics.Confusion.TrulyOf(1) == rows.Count(r => r.IsPositive)
            && metrics.Confusion.CalledOf(1) == rows.Count(r => r.Score >= 10)
            && metrics.Calibration.Bins.Sum(b => b.Rows) == rows.Length;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_threshold_beats_the_one_that_was_found() => Prop.ForAll(Rows, rows =>
    {
        double[] scores = Scores(rows, s => s / 20.0);
        bool[] truth = Truth(rows);
        var best = ThresholdSearch.Best(scores, truth);
        return best.Note is not null
            || Enumerable.Range(-1, 24).All(t => !(BinaryCounts.At(scores, truth, t / 20.0 - 0.001).F1 > best.Value + 1e-12))
            && BinaryCounts.At(scores, truth, best.Threshold) == best.Counts;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Two_classes_agree_whether_taken_as_two_or_as_several() => Prop.ForAll(Rows, rows =>
    {
        double[] scores = Scores(rows, s => (s + 0.5) / 21.0);   // never a half: the tie rules differ there
        bool[] truth = Truth(rows);
        var two = ClassificationMetrics.Binary(scores, truth, 0.5, ["0", "1"], NoDraws);
        var several = ClassificationMetrics.Multiclass([.. scores.SelectMany(s => new[] { 1 - s, s })], [.. truth.Select(t => t ? 1 : 0)], ["0", "1"], NoDraws);
        return scores.Contains(0.5) || (two.Accuracy == several.Accuracy && Same(two.BalancedAccuracy, several.BalancedAccuracy, orOneClass: true)
            && Same(two.Mcc, several.Mcc) && Same(two.LogLoss, several.LogLoss) && Same(Estimate.Of(two.RocAuc.Value ?? -1), Estimate.Of(several.RocAuc.Value ?? -1)));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Rmse_is_at_least_the_mean_absolute_error_and_r2_at_most_one() => Prop.ForAll(
        Gen.Zip(Gen.Choose(-50, 50), Gen.Choose(-50, 50)).Select(t => (t.Item1, t.Item2)).ArrayOf().ToArbitrary(), pairs =>
        {
            var metrics = RegressionMetrics.Of([.. pairs.Select(p => (double)p.Item1)], [.. pairs.Select(p => (double)p.Item2)], NoDraws);
            return pairs.Length == 0 || (metrics.Rmse.Value >= metrics.Mae.Value - 1e-12 && !(metrics.R2.Value > 1));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_interval_holds_its_value_and_stays_within_bounds() => Prop.ForAll(Rows, rows =>
    {
        var metrics = ClassificationMetrics.Binary(Scores(rows, s => s / 20.0), Truth(rows), 0.5, ["0", "1"], new IntervalSettings { Draws = 0 });
        return new[] { metrics.Accuracy, metrics.Precision, metrics.Recall, metrics.Specificity!, metrics.RocAuc }
            .All(e => e.Low is null || (e.Low >= 0 && e.Low <= e.Value + 1e-12 && e.High >= e.Value - 1e-12 && e.High <= 1));
    }).QuickCheckThrowOnFailure();

    static double[] Scores((int Score, bool IsPositive)[] rows, Func<int, double> map) => [.. rows.Select(r => map(r.Score))];

    static bool[] Truth((int Score, bool IsPositive)[] rows) => [.. rows.Select(r => r.IsPositive)];

    static bool Same(Estimate a, Estimate b, bool orOneClass = false) => a.Value is null || b.Value is null
        ? orOneClass || a.Value == b.Value
        : Math.Abs(a.Value.Value - b.Value.Value) < 1e-12 && Math.Abs((a.Low ?? 0) - (b.Low ?? 0)) < 1e-12;
}
