namespace Takt.Serving;

/// <summary>What a served model holds, counted anew now and then: working memory grows with the calls, and the first explanation may need weights of its own.</summary>
/// <param name="model">The model.</param>
/// <param name="clock">The time.</param>
sealed class MeasuredMemory(object model, TimeProvider clock)
{
    /// <summary>Counting takes milliseconds, tens of them for graphs of thousands of nodes; scrapers and pages ask every few seconds.</summary>
    static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(10);

    readonly Lock _gate = new();
    long _bytes, _counted;

    /// <summary>The bytes.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                if (_bytes > 0 && clock.GetElapsedTime(_counted) < s_fresh) return _bytes;
                (_bytes, _counted) = (RetainedMemory.Of(model), clock.GetTimestamp());
                return _bytes;
            }
        }
    }
}
