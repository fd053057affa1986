namespace Takt.Serving.Traces;

/// <summary>Chooses the calls that are traced, and counts them.</summary>
sealed class TraceSampler(TraceSettings settings)
{
    readonly int _rate = settings.Rate ?? 1;
    int _left = settings.Count ?? -1;
    long _seen;

    /// <summary>What of a call is traced.</summary>
    public TraceLevels Level { get; } = settings.Level ?? TraceLevels.Off;

    /// <summary>As they are now: the count is what is left of it.</summary>
    public TraceSettings Now => new(Level, _rate, Volatile.Read(ref _left));

    /// <summary>Whether a call is traced.</summary>
    /// <param name="byCaller">Whether its caller traces it; null = the caller says nothing, and one in so many is.</param>
    public bool Takes(bool? byCaller)
    {
        if (Level == TraceLevels.Off || byCaller == false) return false;
        if (byCaller is null && (Interlocked.Increment(ref _seen) - 1) % _rate != 0) return false;
        while (true)
        {
            int left = Volatile.Read(ref _left);
            if (left <= 0) return left < 0;
            if (Interlocked.CompareExchange(ref _left, left - 1, left) == left) return true;
        }
    }
}
