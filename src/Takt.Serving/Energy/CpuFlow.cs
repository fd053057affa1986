namespace Takt.Serving.Energy;

/// <summary>
/// The CPU time of work that waits and goes on, on whatever thread is free: each thread is measured while it runs what belongs to the flow, tasks begun in it included.
/// What a model computes on threads that it keeps is not in it.
/// </summary>
/// <param name="clock">The time, where the system tells no thread's own.</param>
sealed class CpuFlow(TimeProvider clock)
{
    /// <summary>Whose flow a thread runs; it is told of every change, those by waiting and going on included.</summary>
    static readonly AsyncLocal<CpuFlow?> s_current = new(Switched);

    /// <summary>When this thread began to run the flow it runs.</summary>
    [ThreadStatic]
    static (CpuClock Cpu, long Moment) t_began;

    readonly TimeProvider _clock = clock;
    long _ticks;

    /// <summary>Does work in the flow.</summary>
    public async Task<T> Measure<T>(Func<ValueTask<T>> work)
    {
        s_current.Value = this; // ends with this method
        return await work();
    }

    /// <summary>What was measured since it was last taken.</summary>
    public TimeSpan Take() => TimeSpan.FromTicks(Interlocked.Exchange(ref _ticks, 0));

    static void Switched(AsyncLocalValueChangedArgs<CpuFlow?> change)
    {
        if (change.PreviousValue is { } left) Interlocked.Add(ref left._ticks, t_began.Cpu.Passed(left._clock.GetElapsedTime(t_began.Moment)).Ticks);
        if (change.CurrentValue is { } entered) t_began = (CpuClock.Start(), entered._clock.GetTimestamp());
    }
}
