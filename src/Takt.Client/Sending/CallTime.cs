namespace Takt.Client.Sending;

/// <summary>The time that a call has.</summary>
/// <param name="call">The call.</param>
/// <param name="options">The time of calls that say none, and the clock.</param>
readonly struct CallTime(Call call, TaktClientOptions options)
{
    /// <summary>Timers know no more than 49 days; who allows more waits as good as for ever.</summary>
    static readonly TimeSpan s_longest = TimeSpan.FromDays(49);

    /// <summary>No server keeps a call for more than a day, or takes a longer timeout.</summary>
    static readonly TimeSpan s_longestTold = TimeSpan.FromDays(1);

    readonly long _start = options.Clock.GetTimestamp();

    /// <summary>How much it had at its start; <see cref="Timeout.InfiniteTimeSpan"/> = no end, zero = none.</summary>
    public TimeSpan Limit { get; } = LimitOf(call.Context, options);

    /// <summary>What is left of the timeout that the server is told, before an attempt; null = it is told none.</summary>
    /// <param name="attempt">Attempts before this one. The first tells what was said, to the digit.</param>
    public TimeSpan? LeftToTell(int attempt)
    {
        if (call.Context?.Timeout is not { } said || said == Timeout.InfiniteTimeSpan) return null;
        var left = attempt == 0 ? said : said - options.Clock.GetElapsedTime(_start);
        return left > s_longestTold ? s_longestTold : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>Whether it would be over after a wait.</summary>
    public bool IsOverAfter(TimeSpan wait) => Limit != Timeout.InfiniteTimeSpan && options.Clock.GetElapsedTime(_start) + wait >= Limit;

    static TimeSpan LimitOf(CallContext? context, TaktClientOptions options)
    {
        if (context is not { Timeout: not null } and not { Deadline: not null }) return Within(options.Timeout);
        var limit = Within(context.Timeout ?? Timeout.InfiniteTimeSpan);
        if (context.Deadline is not { } moment) return limit;
        var left = moment - options.Clock.GetUtcNow();
        if (left <= TimeSpan.Zero) return TimeSpan.Zero;   // also where it is -1 ms, which timers take for endless
        return limit == Timeout.InfiniteTimeSpan || left < limit ? Within(left) : limit;
    }

    static TimeSpan Within(TimeSpan limit) => limit > s_longest ? Timeout.InfiniteTimeSpan : limit < TimeSpan.Zero && limit != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : limit;
}
