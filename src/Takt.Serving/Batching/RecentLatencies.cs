namespace Takt.Serving.Batching;

/// <summary>How long the last calls took.</summary>
sealed class RecentLatencies
{
    /// <summary>A dozen lie beyond the 95th percentile, and sorting them takes microseconds.</summary>
    const int Remembered = 256;

    readonly double[] _seconds = new double[Remembered];
    readonly double[] _sorted = new double[Remembered];
    long _count;

    public void Add(double seconds) => _seconds[_count++ % Remembered] = seconds;

    /// <summary>What nineteen of twenty stayed within; null before twenty.</summary>
    public double? P95()
    {
        if (_count < 20) return null;
        int known = (int)Math.Min(_count, Remembered);
        _seconds.AsSpan(0, known).CopyTo(_sorted);
        Array.Sort(_sorted, 0, known);
        return _sorted[(int)Math.Ceiling(0.95 * known) - 1];
    }
}
