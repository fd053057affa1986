namespace Takt.Serving.Batching;

/// <summary>The share of the last while in which the places were taken.</summary>
sealed class Busyness(int places, TimeProvider clock)
{
    /// <summary>The share is told anew this often.</summary>
    static readonly TimeSpan Window = TimeSpan.FromMilliseconds(200);

    long _since = clock.GetTimestamp();
    TimeSpan _computing;

    /// <summary>0 = nobody computed, 1 = all places were always taken.</summary>
    public double Share { get; private set; }

    /// <summary>Something was computed until now.</summary>
    public void Add(TimeSpan took, long now)
    {
        _computing += took;
        var passed = clock.GetElapsedTime(_since, now);
        if (passed < Window) return;
        Share = Math.Min(1, _computing / (places * passed));
        (_since, _computing) = (now, default);
    }
}
