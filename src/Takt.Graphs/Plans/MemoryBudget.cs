using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>What storages of this thread may still take, while a plan is compiled or run. Without one, only each storage's own limit holds.</summary>
/// <remarks>
/// Taking is counted, letting go is not: a loop drops values on its way. So when the count is used up, the heap itself is asked how much it has grown before
/// anything is refused.
/// </remarks>
static class MemoryBudget
{
    [ThreadStatic] static long t_limit, t_taken, t_heap;

    /// <summary>Begins a budget, which ends when the answer is disposed; the one around it holds again then.</summary>
    /// <param name="bytes">What may be taken; 0 or less for no limit.</param>
    public static Scope Begin(long bytes)
    {
        var before = new Scope(t_limit, t_taken, t_heap);
        (t_limit, t_taken, t_heap) = (bytes, 0, 0);
        return before;
    }

    /// <summary>Asks for memory before it is allocated.</summary>
    /// <exception cref="StorageLimitException">It is more than is left.</exception>
    public static void Take(long bytes)
    {
        if (t_limit <= 0) return;
        if (t_heap == 0) t_heap = GC.GetTotalMemory(forceFullCollection: false);
        if ((t_taken += bytes) <= t_limit) return;
        long grown = bytes > t_limit ? bytes : Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - t_heap) + bytes;
        if (grown > t_limit)
        {
            t_taken -= bytes;
            throw new StorageLimitException(new Problem($"tensors of {grown:N0} bytes together", $"at most {t_limit:N0} for one model or run", "Send smaller batches, or use a machine with more memory."));
        }

        t_taken = grown;
    }

    /// <summary>The budget that was there before.</summary>
    public readonly ref struct Scope(long limit, long taken, long heap)
    {
        readonly long _limit = limit, _taken = taken, _heap = heap;

        /// <summary>Lets it hold again.</summary>
        public void Dispose() => (t_limit, t_taken, t_heap) = (_limit, _taken, _heap);
    }
}
