namespace Takt.Monitoring.Monitors;

/// <summary>Flags when at least k of the last n readings are above the threshold, and lets go when none of the last n is: one odd reading neither raises nor ends an event.</summary>
/// <param name="required">k: readings above the threshold that raise the flag.</param>
/// <param name="of">n: readings looked at.</param>
sealed class Persistence(int required, int of)
{
    readonly Queue<bool> _last = new(of);
    int _above;

    public bool Flagged { get; private set; }

    /// <summary>One more reading; answers the flag after it.</summary>
    public bool Take(bool above)
    {
        if (_last.Count == of && _last.Dequeue()) _above--;
        _last.Enqueue(above);
        if (above) _above++;
        return Flagged = _above >= required || (Flagged && _above > 0);
    }
}
