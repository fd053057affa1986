using System.Collections.Concurrent;
using Takt.Serving.Batching;

namespace Takt.Serving.WarmUps;

/// <summary>What each model was asked lately: a few requests, taken now and then, to try the next version with before it answers anybody.</summary>
sealed class RecentRequests(TimeProvider clock)
{
    /// <summary>Requests kept for each model.</summary>
    const int Kept = 16;

    /// <summary>Larger requests are not kept.</summary>
    const long LargestBytes = 1 << 20;

    /// <summary>At most one is taken in this time, so that taking them costs nothing.</summary>
    static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    readonly ConcurrentDictionary<string, Ring> _rings = new();

    /// <summary>A call was answered.</summary>
    public void Take(string model, Call call)
    {
        var ring = _rings.GetOrAdd(model, _ => new Ring());
        long now = clock.GetTimestamp(), last = Volatile.Read(ref ring.Last);
        if ((last != 0 && clock.GetElapsedTime(last, now) < Between) || call.Bytes > LargestBytes) return;
        if (Interlocked.CompareExchange(ref ring.Last, now, last) != last) return; // someone else takes this one
        var copy = call.Repeat(call.Context);
        lock (ring.Calls)
        {
            if (ring.Calls.Count == Kept) ring.Calls.Dequeue();
            ring.Calls.Enqueue(copy);
        }
    }

    /// <summary>The requests of a model, oldest first.</summary>
    public IReadOnlyList<Call> Of(string model)
    {
        if (!_rings.TryGetValue(model, out var ring)) return [];
        lock (ring.Calls) return [.. ring.Calls];
    }

    sealed class Ring
    {
        public readonly Queue<Call> Calls = new();
        public long Last;
    }
}
