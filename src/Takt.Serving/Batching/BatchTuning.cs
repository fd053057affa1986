using Takt.Protocols.Deployments;

namespace Takt.Serving.Batching;

/// <summary>
/// How many rows of a version are computed at once, and how long a call waits for others although a worker is free: settled from what calls are measured to take,
/// within the deployment's target. Batches form by themselves while all workers are busy, so waiting is worth something only when they nearly always are.
/// </summary>
sealed class BatchTuning
{
    /// <summary>Rows at once that nobody needs more of: longer calls would only keep urgent ones waiting.</summary>
    const int MostRowsEver = 1024;

    /// <summary>A batch is large enough when its fixed part is this share of it: more rows would save less than that.</summary>
    const double SmallFixedShare = 0.05;

    /// <summary>Workers busier than this leave no idle time that waiting could waste.</summary>
    const double Busy = 0.85;

    /// <summary>The share of the target that one batch may take. A call waits for the batch before its own and then for its own, so it begins at a half.</summary>
    const double MostOfTarget = 0.5, LeastOfTarget = 0.1;

    /// <summary>So that a number of rows that comes out whole is not lost to the last bit.</summary>
    const double Hair = 1e-6;

    double _ofTarget = MostOfTarget;

    /// <summary>Rows computed at once at most.</summary>
    public int MostRows { get; private set; } = 1;

    /// <summary>Seconds that the first call of a batch waits for others.</summary>
    public double Delay { get; private set; }

    /// <summary>Why so: of the rows, then of the waiting.</summary>
    public IReadOnlyList<BatchingReason> Reasons { get; private set; } = [BatchingReason.Of(BatchingReason.Unmeasured)];

    /// <summary>Of a version that is not in memory.</summary>
    public static BatchingState NotLoaded { get; } = State(0, 0, 0, 0, [BatchingReason.Of(BatchingReason.NotLoaded)]);

    /// <summary>What was settled, and why; may be read at any time.</summary>
    public BatchingState State(CostModel cost) => State(MostRows, Delay, cost.Fixed, cost.PerRow, Reasons);

    /// <summary>Settles both anew.</summary>
    /// <param name="cost">What calls are measured to take.</param>
    /// <param name="limits">What the deployment says.</param>
    /// <param name="busy">Share of the last while that the workers were computing, 0 to 1.</param>
    /// <param name="p95">What nineteen of twenty calls lately stayed within, in seconds; null = there were too few.</param>
    public void Settle(CostModel cost, LimitsSpec limits, double busy, double? p95)
    {
        double? target = limits.TargetMs / 1000;
        // Measured latency has the last word (additive increase, multiplicative decrease; Crankshaw et al. 2017, Clipper, NSDI).
        if (target is { } wanted && p95 is { } measured)
            _ofTarget = measured > wanted ? Math.Max(LeastOfTarget, _ofTarget * 0.8) : Math.Min(MostOfTarget, _ofTarget + 0.02);

        (MostRows, var rows) = Rows(cost, limits, target);
        (Delay, var delay) = Wait(cost, target, busy);
        Reasons = [rows, delay];
    }

    static BatchingState State(int rows, double delay, double fixedPart, double perRow, IReadOnlyList<BatchingReason> reasons) =>
        new(rows, Ms(delay), Ms(fixedPart), Ms(perRow), BatchingWords.Of(reasons)) { Reasons = reasons };

    (int Rows, BatchingReason Why) Rows(CostModel cost, LimitsSpec limits, double? target)
    {
        if (limits.Batch > 0 && target is null) return (limits.Batch, BatchingReason.Of(BatchingReason.Said, ("rows", limits.Batch)));
        int most = limits.Batch > 0 ? limits.Batch : MostRowsEver;
        // Until calls of several sizes were seen, sizes are tried out one doubling at a time.
        int useful = cost.IsSplit ? (int)Math.Clamp((cost.Fixed * (1 / SmallFixedShare - 1) / Math.Max(cost.PerRow, 1e-12)) + Hair, 1, most) : Math.Min(most, 2 * cost.MostRows);
        useful = Math.Max(useful, Math.Min(8, most)); // rows that wait anyway go together: it costs nobody anything
        if (target is not { } seconds || cost.Estimate(useful) <= seconds * _ofTarget)
            return (useful, cost.IsSplit
                ? BatchingReason.Of(BatchingReason.FixedPart, ("fixedMs", Ms(cost.Fixed)), ("rowMs", Ms(cost.PerRow)), ("rows", useful), ("share", SmallFixedShare))
                : BatchingReason.Of(BatchingReason.Trying, ("rows", cost.MostRows), ("batchMs", Ms(cost.Estimate(cost.MostRows)))));

        int fits = (int)Math.Clamp((((seconds * _ofTarget) - cost.Fixed) / Math.Max(cost.PerRow, 1e-12)) + Hair, 1, useful);
        return (fits, BatchingReason.Of(BatchingReason.Target,
            ("rows", fits), ("batchMs", Ms(cost.Estimate(fits))), ("share", _ofTarget), ("targetMs", Ms(seconds)), ("fixedMs", Ms(cost.Fixed)), ("rowMs", Ms(cost.PerRow))));
    }

    (double Seconds, BatchingReason Why) Wait(CostModel cost, double? target, double busy)
    {
        if (busy < Busy) return (0, BatchingReason.Of(BatchingReason.Idle, ("busy", busy)));
        if (target is not { } seconds) return (0, BatchingReason.Of(BatchingReason.NoTarget));
        double spare = (seconds * _ofTarget) - cost.Estimate(MostRows);
        double delay = Math.Clamp(cost.Fixed, 0, Math.Max(0, spare)); // what waiting can save is the fixed part
        return delay < 50e-6 ? (0, BatchingReason.Of(BatchingReason.NoSaving)) : (delay, BatchingReason.Of(BatchingReason.Waiting, ("delayMs", Ms(delay)), ("busy", busy), ("fixedMs", Ms(cost.Fixed))));
    }

    static double Ms(double seconds) => seconds * 1000;
}
