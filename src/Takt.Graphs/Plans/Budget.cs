using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>What this thread may still spend while a plan is compiled or run: memory of storages, steps, which a loop without end would take for ever, and time, until somebody says stop.</summary>
/// <remarks>
/// Taking is counted, letting go is not: a loop drops values on its way. So when the count is used up, the heap itself is asked how much it has grown before
/// anything is refused.
/// </remarks>
static class Budget
{
    /// <summary>Bytes that even a storage of a single number costs: the object, the pinned array, its place in lists.</summary>
    const int Overhead = 256;

    [ThreadStatic] static long t_limit, t_taken, t_heap, t_steps;
    [ThreadStatic] static CancellationToken t_stop;

    /// <summary>Ends the run between two steps.</summary>
    public static CancellationToken Stop => t_stop;

    /// <summary>Begins a budget, which ends when the answer is disposed; the one around it holds again then.</summary>
    /// <param name="bytes">Memory that may be taken.</param>
    /// <param name="steps">Steps that may be run.</param>
    /// <param name="stop">Ends the run between two steps.</param>
    public static Scope Begin(long bytes, long steps, CancellationToken stop = default)
    {
        var before = new Scope(t_limit, t_taken, t_heap, t_steps, t_stop);
        (t_limit, t_taken, t_heap, t_steps, t_stop) = (bytes, 0, 0, steps, stop);
        return before;
    }

    /// <summary>Counts steps before they are run.</summary>
    /// <exception cref="InputException">They are more than are left.</exception>
    public static void Run(int steps)
    {
        if ((t_steps -= steps) < 0) throw new InputException("a loop of more steps than one run may take", "a loop that ends", "The condition or the number of trips of a Loop may be damaged.");
    }

    /// <summary>Asks for memory before it is allocated.</summary>
    /// <exception cref="StorageLimitException">It is more than is left.</exception>
    public static void Take(long bytes)
    {
        if (t_limit <= 0) return;   // not while a plan is compiled or run: a tensor on its way in
        bytes += Overhead;
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
    public readonly ref struct Scope(long limit, long taken, long heap, long steps, CancellationToken stop)
    {
        readonly long _limit = limit, _taken = taken, _heap = heap, _steps = steps;
        readonly CancellationToken _stop = stop;

        /// <summary>Lets it hold again.</summary>
        public void Dispose() => (t_limit, t_taken, t_heap, t_steps, t_stop) = (_limit, _taken, _heap, _steps, _stop);
    }
}
