namespace Takt.Client.Tests;

/// <summary>A clock on which whoever waits less than a minute waits no time: the hand jumps ahead. Longer timers stand until it is moved.</summary>
sealed class SkippingClock : TimeProvider
{
    readonly List<(DateTimeOffset Due, TimerCallback Call, object? State)> _standing = [];
    DateTimeOffset _now = new(2026, 3, 2, 6, 0, 0, TimeSpan.Zero);

    /// <summary>Everything that was waited for.</summary>
    public List<TimeSpan> Waits { get; } = [];

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime >= TimeSpan.FromMinutes(1)) _standing.Add((_now + dueTime, callback, state));
        else if (dueTime >= TimeSpan.Zero)
        {
            Waits.Add(dueTime);
            _now += dueTime;
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Timer();
    }

    public void Advance(TimeSpan time)
    {
        _now += time;
        foreach (var (due, call, state) in _standing.Where(t => t.Due <= _now).ToList()) call(state);
    }

    sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
