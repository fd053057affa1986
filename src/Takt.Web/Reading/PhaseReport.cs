using Takt.Serving.Statistics;

namespace Takt.Web.Reading;

/// <summary>What answered requests spent their time on, and how many rows were computed together.</summary>
static class PhaseReport
{
    /// <summary>The mean of each phase in milliseconds, in the order in which a request passes them; null for a phase that the model's backend does not tell apart from compute. The door comes last: it is outside the total of the data plane.</summary>
    public static IReadOnlyList<(string Name, double? MeanMs)> Phases(VersionStatistics counts) =>
    [
        ("queue", MeanMs(counts.Queue)), ("pipeline", Told(counts.Input)), ("compute", MeanMs(counts.Compute)), ("output", Told(counts.Output)),
        .. counts.Door.Count == 0 ? [] : new (string, double?)[] { ("door", MeanMs(counts.Door)) },
    ];

    /// <summary>Calls of the model by their rows, sizes between two powers of two together: 1, 2, 3–4, 5–8, …</summary>
    public static IReadOnlyList<(int Least, int Most, long Calls, double? MeanMs)> Batches(VersionStatistics counts) =>
    [
        .. counts.Batches.GroupBy(batch => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(batch.Rows, 1))).OrderBy(group => group.Key).Select(group =>
        {
            var compute = new DurationSum(group.Sum(b => b.Compute.Count), TimeSpan.FromTicks(group.Sum(b => b.Compute.Time.Ticks)));
            return (group.Key / 2 + 1, group.Key, compute.Count, MeanMs(compute));
        }),
    ];

    /// <summary>The mean of what was counted; null before the first.</summary>
    public static double? MeanMs(DurationSum sum) => sum.Count == 0 ? null : sum.Time.TotalMilliseconds / sum.Count;

    static double? Told(DurationSum sum) => sum.Time == TimeSpan.Zero ? null : MeanMs(sum);
}
