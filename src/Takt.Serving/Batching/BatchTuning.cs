using System.Globalization;
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

    /// <summary>Why so, in words.</summary>
    public string Why { get; private set; } = "nothing is measured yet";

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

        (MostRows, string rows) = Rows(cost, limits, target);
        (Delay, string delay) = Wait(cost, target, busy);
        Why = $"{rows}; {delay}";
    }

    (int Rows, string Why) Rows(CostModel cost, LimitsSpec limits, double? target)
    {
        if (limits.Batch > 0 && target is null) return (limits.Batch, $"{limits.Batch} rows at once, as the deployment says");
        int most = limits.Batch > 0 ? limits.Batch : MostRowsEver;
        // Until calls of several sizes were seen, sizes are tried out one doubling at a time.
        int useful = cost.IsSplit ? (int)Math.Clamp((cost.Fixed * (1 / SmallFixedShare - 1) / Math.Max(cost.PerRow, 1e-12)) + Hair, 1, most) : Math.Min(most, 2 * cost.MostRows);
        useful = Math.Max(useful, Math.Min(8, most)); // rows that wait anyway go together: it costs nobody anything
        string why = cost.IsSplit
            ? $"{Ms(cost.Fixed)} a batch and {Ms(cost.PerRow)} a row: beyond {useful} rows the batch's own part is under {SmallFixedShare:P0}"
            : $"{Ms(cost.Estimate(cost.MostRows))} for {cost.MostRows} rows; twice as many are tried";
        if (target is not { } seconds || cost.Estimate(useful) <= seconds * _ofTarget) return (useful, why);

        int fits = (int)Math.Clamp((((seconds * _ofTarget) - cost.Fixed) / Math.Max(cost.PerRow, 1e-12)) + Hair, 1, useful);
        return (fits, string.Create(CultureInfo.InvariantCulture,
            $"{fits} rows take {Ms(cost.Estimate(fits))}, within {_ofTarget:P0} of the target of {Ms(seconds)} ({Ms(cost.Fixed)} a batch, {Ms(cost.PerRow)} a row)"));
    }

    (double Seconds, string Why) Wait(CostModel cost, double? target, double busy)
    {
        if (busy < Busy) return (0, string.Create(CultureInfo.InvariantCulture, $"no waiting, for the workers are {busy:P0} busy"));
        if (target is not { } seconds) return (0, "no waiting without a target");
        double spare = (seconds * _ofTarget) - cost.Estimate(MostRows);
        double delay = Math.Clamp(cost.Fixed, 0, Math.Max(0, spare)); // what waiting can save is the fixed part
        return delay < 50e-6 ? (0, "no waiting, for it would save nothing") : (delay, $"{Ms(delay)} of waiting, for the workers are {busy:P0} busy and a batch's own part is {Ms(cost.Fixed)}");
    }

    static string Ms(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.###} ms");
}
