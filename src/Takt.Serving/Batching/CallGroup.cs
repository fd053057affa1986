namespace Takt.Serving.Batching;

/// <summary>Calls that are computed together. The computing is given up once every caller has gone.</summary>
sealed class CallGroup : IDisposable
{
    readonly CancellationTokenSource _stop = new();
    int _inside = 1; // whoever puts the group together, until it is complete

    public CancellationToken Stop => _stop.Token;

    public void Join() => Interlocked.Increment(ref _inside);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _inside) > 0) return;
        try
        {
            _stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The computing ended at the same moment.
        }
    }

    public void Dispose() => _stop.Dispose();
}
