using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Registry.Audits;

namespace Takt.Serving.Replays;

/// <summary>The replays under way and the last ones that ended: each runs in the background, can be looked at and be cancelled.</summary>
/// <param name="replayer">What replays.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Replays that failed.</param>
public sealed class ReplayOperations(Replayer replayer, TimeProvider clock, ILogger<ReplayOperations> log) : IDisposable
{
    /// <summary>Replays that are remembered; a report takes some kilobytes.</summary>
    const int Remembered = 32;

    /// <summary>Replays at once: each keeps a core busy when nobody else needs it.</summary>
    const int MostRunning = 2;

    readonly ConcurrentDictionary<string, Running> _operations = new();
    readonly CancellationTokenSource _closing = new();
    readonly Lock _gate = new();
    int _last;

    /// <summary>All that are remembered, newest first.</summary>
    public IReadOnlyList<ReplayOperation> List() => [.. _operations.Values.OrderByDescending(o => o.Number).Select(o => o.Now)];

    /// <summary>One of them, or null.</summary>
    public ReplayOperation? Find(string id) => _operations.GetValueOrDefault(id)?.Now;

    /// <summary>Begins a replay.</summary>
    /// <exception cref="InputException">There is no such model or version, or enough replays run already.</exception>
    public ReplayOperation Start(ReplayOrder order)
    {
        replayer.VersionOf(order);
        lock (_gate)
        {
            if (_operations.Values.Count(o => o.Now.EndedAt is null) >= MostRunning)
                throw new InputException($"{MostRunning} replays that run already", $"at most {MostRunning} at once", "Wait for one, or cancel it: DELETE /api/requests/replays/ID");
            int number = ++_last;
            var operation = new Running(number, new ReplayOperation(number.ToString(CultureInfo.InvariantCulture), "running", order, clock.GetUtcNow(), null, 0, 0, null, null), _closing.Token);
            _operations[operation.Now.Id] = operation;
            foreach (var old in _operations.Values.Where(o => o.Now.EndedAt is not null).OrderByDescending(o => o.Number).Skip(Remembered))
                if (_operations.TryRemove(old.Now.Id, out _)) old.Dispose();
            string actor = Actor.Current;
            _ = Task.Run(() => RunAsync(operation, order, actor), CancellationToken.None);
            return operation.Now;
        }
    }

    /// <summary>Cancels a replay that runs; one that has ended stays as it is.</summary>
    /// <returns>It, or null if there is none of that id.</returns>
    public async Task<ReplayOperation?> CancelAsync(string id)
    {
        if (!_operations.TryGetValue(id, out var operation)) return null;
        if (operation.Now.EndedAt is null) await operation.CancelAsync();
        return operation.Now;
    }

    /// <summary>Cancels what runs.</summary>
    public void Dispose()
    {
        _closing.Cancel();
        foreach (var operation in _operations.Values) operation.Dispose();
        _closing.Dispose();
    }

    async Task RunAsync(Running operation, ReplayOrder order, string actor)
    {
        Actor.Set(actor);
        try
        {
            var report = await replayer.RunAsync(order, operation, operation.Stop);
            operation.End(now => now with { State = "done", Report = report }, clock);
        }
        catch (OperationCanceledException)
        {
            operation.End(now => now with { State = "cancelled" }, clock);
        }
        catch (InputException wrong)
        {
            operation.End(now => now with { State = "failed", Problem = wrong.Message }, clock);
        }
#pragma warning disable CA1031 // told to whoever looks at the operation, and in the log
        catch (Exception failure)
#pragma warning restore CA1031
        {
            log.LogError(failure, "The replay of {Model} on {To} failed", order.Model, order.To);
            operation.End(now => now with { State = "failed", Problem = "the replay failed inside the server; its log says why" }, clock);
        }
    }

    sealed class Running(int number, ReplayOperation begun, CancellationToken closing) : IProgress<(int Done, int Total)>, IDisposable
    {
        readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(closing);
        readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ReplayOperation _now = begun;

        public int Number => number;

        public ReplayOperation Now => Volatile.Read(ref _now);

        public CancellationToken Stop => _stop.Token;

        public void Report((int Done, int Total) value) => Volatile.Write(ref _now, Now with { Done = value.Done, Total = value.Total });

        public void End(Func<ReplayOperation, ReplayOperation> how, TimeProvider clock)
        {
            Volatile.Write(ref _now, how(Now) with { EndedAt = clock.GetUtcNow() });
            _ended.SetResult();
        }

        public async Task CancelAsync()
        {
            await _stop.CancelAsync();
            await _ended.Task;
        }

        public void Dispose() => _stop.Dispose();
    }
}
