using System.Globalization;
using Takt.Protocols.Problems;
using Takt.Serving.Calls;

namespace Takt.Serving.Batching;

/// <summary>Which calls are refused because their answer would come too late.</summary>
static class Refusals
{
    /// <summary>The refusal of a call whose deadline cannot be met as things stand: it would only take time from those that can be answered.</summary>
    /// <param name="queue">Where it would wait.</param>
    /// <param name="call">The call, just admitted.</param>
    /// <param name="backlog">Time until its turn.</param>
    /// <param name="clock">The time.</param>
    /// <returns>Null where it can be met.</returns>
    public static DeadlineException? IfLate(VersionQueue queue, Call call, TimeSpan backlog, TimeProvider clock)
    {
        if (call.Deadline == long.MaxValue) return null;
        var left = clock.GetElapsedTime(call.Admitted, call.Deadline);
        var own = TimeSpan.FromSeconds(queue.Estimate(call));
        if (left <= TimeSpan.Zero) return new DeadlineException(new Problem($"a call to {queue.Name} whose deadline has passed", "some time to answer it"), retryAfter: null);
        if (own > left)
            return new DeadlineException(new Problem($"{Ms(left)} to answer {call.Rows} rows", $"about {Ms(own)}, which {queue.Name} takes for them", "Allow more time, or ask for fewer rows at once"), retryAfter: null);
        return backlog + own > left
            ? new DeadlineException(new Problem($"{Ms(left)} to answer", $"about {Ms(backlog + own)}, as much waits for {queue.Name}", "Ask again in a moment, or allow more time"), backlog)
            : null;
    }

    /// <summary>A call that waited until it could not be answered in time any more.</summary>
    public static DeadlineException Late(VersionQueue queue, Call call, long now, TimeProvider clock) => new(
        new Problem($"a call that has waited {Ms(clock.GetElapsedTime(call.Admitted, now))} for {queue.Name} and has {Ms(clock.GetElapsedTime(now, call.Deadline))} left",
            $"about {Ms(TimeSpan.FromSeconds(queue.Estimate(call)))} to answer it", "Ask again in a moment, or allow more time"),
        TimeSpan.FromSeconds(queue.Backlog(call.Priority)));

    static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalMilliseconds):0.###} ms");
}
