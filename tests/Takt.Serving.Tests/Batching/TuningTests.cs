using Takt.Protocols.Deployments;
using Takt.Serving.Batching;

namespace Takt.Tests.Serving;

public class TuningTests
{
    [Fact]
    public void Fixed_part_and_part_of_a_row_are_told_apart_once_sizes_differ()
    {
        var cost = Measured(2e-3, 0.1e-3, 1, 4, 16, 64, 2, 8, 32);
        Assert.Equal(2e-3, cost.Fixed, 1e-9);
        Assert.Equal(0.1e-3, cost.PerRow, 1e-9);
        Assert.Equal(12e-3, cost.Estimate(100), 1e-9);
    }

    [Fact]
    public void One_pause_of_the_machine_does_not_spoil_what_was_learned()
    {
        var cost = Measured(1e-3, 1e-3, [.. Enumerable.Repeat(new[] { 1, 8, 2, 4 }, 50).SelectMany(r => r)]);
        cost.Measured(1, 10); // ten seconds
        Assert.InRange(cost.Estimate(4), 4e-3, 6e-3);
    }

    [Fact]
    public void A_change_is_followed()
    {
        var cost = Measured(1e-3, 1e-3, [.. Enumerable.Repeat(new[] { 1, 8, 2, 4 }, 50).SelectMany(r => r)]);
        for (int i = 0; i < 600; i++) cost.Measured(1 + (i % 8), 3e-3 + (2e-3 * (1 + (i % 8))));
        Assert.Equal(2e-3, cost.PerRow, 0.1e-3);
    }

    [Fact]
    public void Batches_grow_until_their_own_part_hardly_counts()
    {
        var tuning = Settled(Measured(2e-3, 0.1e-3, 1, 4, 16, 64), new LimitsSpec());
        Assert.Equal(380, tuning.MostRows); // 0.05 · (2 + 0.1 n) = 2 at n = 380
        Assert.Equal(0, tuning.Delay);
        Assert.Equal("2 ms a batch and 0.1 ms a row: beyond 380 rows the batch's own part is under 5 %; no waiting, for the workers are 10 % busy", Why(tuning));
    }

    [Fact]
    public void A_target_bounds_the_batch()
    {
        var tuning = Settled(Measured(2e-3, 0.1e-3, 1, 4, 16, 64), new LimitsSpec { TargetMs = 20 });
        Assert.Equal(80, tuning.MostRows); // 2 + 0.1 n within half of 20 ms
        Assert.Equal([("rows", 80), ("batchMs", 10), ("share", 0.5), ("targetMs", 20), ("fixedMs", 2), ("rowMs", 0.1)], tuning.Reasons[0].Numbers.Select(n => (n.Name, Math.Round(n.Value, 9))));
        Assert.StartsWith("80 rows take 10 ms, within 50 % of the target of 20 ms", Why(tuning));
    }

    [Fact]
    public void Calls_that_take_longer_than_the_target_shrink_the_batch_and_it_recovers()
    {
        var (cost, limits, tuning) = (Measured(2e-3, 0.1e-3, 1, 4, 16, 64), new LimitsSpec { TargetMs = 20 }, new BatchTuning());
        for (int i = 0; i < 20; i++) tuning.Settle(cost, limits, busy: 0.5, p95: 30e-3);
        Assert.Equal(1, tuning.MostRows); // a tenth of 20 ms is what the fixed part takes
        for (int i = 0; i < 40; i++) tuning.Settle(cost, limits, busy: 0.5, p95: 10e-3);
        Assert.Equal(80, tuning.MostRows);
    }

    [Theory]
    [InlineData(0.5, 0)] // places are free: nobody waits for others
    [InlineData(0.95, 2e-3)] // what waiting can save is the fixed part
    public void Calls_wait_for_others_only_when_the_workers_are_nearly_always_busy(double busy, double expected)
    {
        var tuning = new BatchTuning();
        tuning.Settle(Measured(2e-3, 0.1e-3, 1, 4, 16, 64), new LimitsSpec { TargetMs = 200 }, busy, p95: 50e-3);
        Assert.Equal(expected, tuning.Delay, 1e-9);
    }

    [Fact]
    public void A_deployment_may_say_how_many_rows()
    {
        Assert.Equal(1, Settled(Measured(2e-3, 0.1e-3, 1, 4, 16, 64), new LimitsSpec { Batch = 1 }).MostRows);
        Assert.Equal(32, Settled(Measured(2e-3, 0.1e-3, 1, 4, 16, 64), new LimitsSpec { Batch = 32, TargetMs = 1000 }).MostRows);
    }

    [Fact]
    public void Every_reason_is_told_with_all_of_its_numbers()
    {
        var (split, cost) = (Measured(2e-3, 0.1e-3, 1, 4, 16, 64), Measured(2e-3, 0.1e-3, 4));
        (LimitsSpec Limits, CostModel Cost, double Busy, string[] Codes, string Why)[] cases =
        [
            (new(), split, 0.1, ["fixed-part", "idle"], "2 ms a batch and 0.1 ms a row: beyond 380 rows the batch's own part is under 5 %; no waiting, for the workers are 10 % busy"),
            (new(), cost, 0.9, ["trying", "no-target"], "2.4 ms for 4 rows; twice as many are tried; no waiting without a target"),
            (new() { Batch = 32 }, split, 0.1, ["said", "idle"], "32 rows at once, as the deployment says; no waiting, for the workers are 10 % busy"),
            (new() { TargetMs = 20 }, split, 0.9, ["target", "no-saving"], "80 rows take 10 ms, within 50 % of the target of 20 ms (2 ms a batch, 0.1 ms a row); no waiting, for it would save nothing"),
            (new() { TargetMs = 200 }, split, 0.95, ["fixed-part", "waiting"],
                "2 ms a batch and 0.1 ms a row: beyond 380 rows the batch's own part is under 5 %; 2 ms of waiting, for the workers are 95 % busy and a batch's own part is 2 ms"),
        ];
        foreach (var (limits, measured, busy, codes, why) in cases)
        {
            var tuning = new BatchTuning();
            tuning.Settle(measured, limits, busy, p95: null);
            Assert.Equal(codes, tuning.Reasons.Select(r => r.Code));
            Assert.Equal(why, Why(tuning));
        }

        Assert.Equal("nothing is measured yet", Why(new BatchTuning()));
        Assert.Equal("it is not loaded", BatchTuning.NotLoaded.Why);
        string[] told = [.. cases.SelectMany(c => c.Codes), BatchingReason.Unmeasured, BatchingReason.NotLoaded];
        Assert.Equal(BatchingReason.Codes.Order(), told.Distinct().Order());
    }

    static string Why(BatchTuning tuning) => tuning.State(new CostModel()).Why;

    static CostModel Measured(double fixedPart, double perRow, params int[] sizes)
    {
        var cost = new CostModel();
        foreach (int rows in sizes) cost.Measured(rows, fixedPart + (perRow * rows));
        return cost;
    }

    static BatchTuning Settled(CostModel cost, LimitsSpec limits)
    {
        var tuning = new BatchTuning();
        tuning.Settle(cost, limits, busy: 0.1, p95: null);
        return tuning;
    }
}
