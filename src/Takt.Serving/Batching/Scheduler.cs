using System.Runtime.CompilerServices;
using Takt.Serving.Calls;
using Takt.Serving.Energy;

namespace Takt.Serving.Batching;

/// <summary>
/// Computes calls on a bounded number of places, whatever the number of requests, so that the threads that read and refuse requests stay free.
/// A short call that finds a place free is computed by the thread that brought it; every other one waits in its version's queue for a worker.
/// Among the queues the most urgent call goes first, then the earliest.
/// </summary>
/// <param name="places">How many calls of a backend run at once.</param>
/// <param name="clock">The time.</param>
sealed class Scheduler(int places, TimeProvider clock) : IDisposable
{
    /// <summary>A worker that waits for a batch to fill looks this often whether it is due: the finest step that the system's wait knows.</summary>
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    readonly object _gate = new();
    readonly List<VersionQueue> _queues = []; // those where something waits
    readonly Busyness _busy = new(places, clock);
    int _taken;
    bool _started, _closed;

    /// <summary>
    /// Computes a call, or refuses one that cannot be answered within its deadline or finds its queue full; ends when it is over. A refusal is handed back, not thrown: where most calls are
    /// refused, throwing would take more of the processor than answering.
    /// </summary>
    /// <returns>Why the call is refused; null = it was computed.</returns>
    /// <exception cref="OperationCanceledException">The caller has gone, or the server stops.</exception>
    public ValueTask<RefusedException?> RunAsync(VersionQueue queue, Call call)
    {
        int standsFor;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            call.Admitted = call.Started = clock.GetTimestamp();
            queue = queue.For(call);
            var backlog = Backlog(queue, call.Priority);
            if (Refusals.IfLate(queue, call, backlog, clock) is { } late) return new(late);
            if (_taken == places || _queues.Count > 0 || !queue.IsOpen || !queue.IsQuick(call))
            {
                if (queue.Add(call, backlog) is { } full) return new(full);
                Wake(queue);
                return new(call.WaitAsync());
            }

            _taken++;
            queue.AtWork++;
            standsFor = queue.QuickCall();
        }

        Compute(queue, [call], call.Context.Stop, standsFor);
        call.ThrowIfFailed();
        return default;
    }

    /// <summary>Refuses what waits; what is being computed ends as usual.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var queue in _queues)
                while (queue.First() is { } call)
                    if (call.TryGiveUp(new OperationCanceledException("The server stops."))) queue.Forget(call);
            _queues.Clear();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>A call waits now.</summary>
    void Wake(VersionQueue queue)
    {
        if (!_queues.Contains(queue)) _queues.Add(queue);
        if (_started) Monitor.Pulse(_gate);
        else Start();
    }

    void Start()
    {
        _started = true;
        for (int i = 0; i < places; i++) new Thread(Serve) { IsBackground = true, Name = $"Takt compute {i}" }.Start();
    }

    void Serve()
    {
        var batch = new List<Call>();
        while (ServeNext(batch))
        {
        }
    }

    /// <summary>
    /// Computes the next batch; false when there will be none any more. A frame of its own, which goes when it is done: the loop's would keep the last model in memory until
    /// another is asked.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    bool ServeNext(List<Call> batch)
    {
        using var group = new CallGroup();
        if (Next(batch, group) is not { } queue) return false;
        group.Leave(); // it is complete
        Compute(queue, batch, group.Stop);
        batch.Clear();
        return true;
    }

    /// <summary>Waits for the next batch; null when there will be none any more.</summary>
    VersionQueue? Next(List<Call> batch, CallGroup group)
    {
        lock (_gate)
        {
            while (!_closed)
            {
                long now = clock.GetTimestamp();
                var (queue, waiting) = Pick(now);
                if (queue is not null && _taken < places)
                {
                    queue.Take(batch, group, now, clock);
                    if (batch.Count == 0) continue;
                    _taken++;
                    queue.AtWork++;
                    return queue;
                }

                if (waiting && _taken < places) Monitor.Wait(_gate, Step);
                else Monitor.Wait(_gate);
            }

            return null;
        }
    }

    /// <summary>The queue whose turn it is, or null, and whether some queue is still waiting for its batch to fill.</summary>
    (VersionQueue? Queue, bool IsWaiting) Pick(long now)
    {
        (VersionQueue? Queue, Call? First) best = default;
        bool waiting = false;
        for (int i = _queues.Count - 1; i >= 0; i--)
        {
            if (_queues[i].First() is not { } first)
            {
                _queues.RemoveAt(i);
            }
            else if (!_queues[i].IsOpen)
            {
                // Whoever ends what is at work looks again.
            }
            else if (_queues[i].Due(first, clock) > now)
            {
                waiting = true;
            }
            else if (best.First is null || (first.Priority, first.Admitted).CompareTo((best.First.Priority, best.First.Admitted)) < 0)
            {
                best = (_queues[i], first);
            }
        }

        return (best.Queue, waiting);
    }

    /// <summary>Computes what has been given a place, and lets its calls end.</summary>
    /// <param name="queue">The version's queue.</param>
    /// <param name="batch">The calls.</param>
    /// <param name="stop">Gives them up.</param>
    /// <param name="standsFor">Calls of the model for whose processor time this one's stands; 0 = it is not measured.</param>
    void Compute(VersionQueue queue, List<Call> batch, CancellationToken stop, int standsFor = 1)
    {
        long start = clock.GetTimestamp();
        var cpu = standsFor > 0 ? CpuClock.Start() : default;
        bool well = TryCompute(queue, batch, stop);
        long end = clock.GetTimestamp();
        var took = clock.GetElapsedTime(start, end);
        if (standsFor > 0) queue.Counts.Worked(cpu.Passed(took) * standsFor);
        foreach (var call in batch) (call.Took, call.Together) = (took, batch.Count);
        lock (_gate)
        {
            _taken--;
            queue.AtWork--;
            _busy.Add(took, end);
            if (well) queue.Measured(batch, took, _busy.Share, end, clock);
            if (_queues.Count > 0) Monitor.Pulse(_gate);
        }

        if (well && !batch[0].IsTrial) queue.Counts.Computed(batch, took);
        foreach (var call in batch) call.End();
    }

    /// <summary>Computes calls together; where that fails, each alone, so that only those fail that would have failed by themselves.</summary>
    static bool TryCompute(VersionQueue queue, List<Call> batch, CancellationToken stop)
    {
        try
        {
            batch[0].Compute(queue.Model, batch, stop);
            return true;
        }
#pragma warning disable CA1031 // handed to the caller, who throws it again
        catch (Exception) when (batch.Count > 1 && !stop.IsCancellationRequested)
        {
            foreach (var call in batch) TryCompute(queue, [call], call.Context.Stop);
        }
        catch (Exception failure)
        {
            foreach (var call in batch) call.Fail(failure);
        }
#pragma warning restore CA1031
        return false;
    }

    /// <summary>Time until a call that comes now would be begun: all that came before and is as urgent, or more, comes first.</summary>
    TimeSpan Backlog(VersionQueue own, int priority)
    {
        double seconds = 0, narrow = 0;   // of queues that take all the places they get, and of those that take no more than theirs
        int others = places;
        foreach (var queue in _queues)
        {
            double one = queue.Backlog(priority);
            if (queue.Most >= places) seconds += one;
            else if (one > 0) (narrow, others) = (narrow + one, others - queue.Most);
        }

        double share = (seconds + narrow) / places;
        if (own.Most < places) share = Math.Max(share, own.Backlog(priority) / own.Most);
        else if (others > 0) share = Math.Min(share, seconds / others);
        return TimeSpan.FromSeconds(share);
    }
}
