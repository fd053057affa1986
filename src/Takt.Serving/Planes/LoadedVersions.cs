using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Deployments;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Statistics;
using Takt.Serving.WarmUps;

namespace Takt.Serving.Planes;

/// <summary>The versions in memory, each loaded once however many ask for it, tried before it answers, and let go when there is no room.</summary>
sealed class LoadedVersions(
    IModelBackend backend, WarmUp warmUp, MemoryBudget budget, ServingOptions options, TimeProvider clock, ServingStatistics statistics, ILogger log) : IDisposable
{
    readonly ConcurrentDictionary<(string Model, CatalogVersion Version), LoadedVersion> _loaded = new();
    readonly CancellationTokenSource _closing = new();

    public IEnumerable<LoadedVersion> All => _loaded.Values;

    /// <summary>The version's place, loaded or not. The load belongs to nobody: a caller that gives up does not end it for the others.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version.</param>
    /// <param name="trial">How it is tried, if this call is the one that loads it.</param>
    public LoadedVersion Get(string model, CatalogVersion version, WarmUpSpec trial) =>
        _loaded.TryGetValue((model, version), out var loaded) ? loaded : _loaded.GetOrAdd(
            (model, version),
            key => new LoadedVersion(key.Model, key.Version, place => Task.Run(() => LoadAsync(place, trial), CancellationToken.None)));

    /// <summary>Lets a version go: new calls no longer find it, calls inside end as usual.</summary>
    public void Release(LoadedVersion version, string reason)
    {
        if (!_loaded.TryRemove(new((version.Model, version.Version), version))) return;
        version.Retire();
        log.LogInformation("Unloading {Model}:{Version}: {Reason}", version.Model, version.Version.Number, reason);
        budget.GiveBack();
    }

    public void Dispose()
    {
        _closing.Cancel();
        foreach (var version in _loaded.Values) Release(version, "the server stops");
        _closing.Dispose();
    }

    async Task<VersionQueue> LoadAsync(LoadedVersion place, WarmUpSpec trial)
    {
        var (model, version) = (place.Model, place.Version);
        long start = clock.GetTimestamp();
        IServedModel? served = null;
        try
        {
            served = await QuietThread.RunAsync(async () =>
            {
                var read = await backend.LoadAsync(version.PackagePath, _closing.Token);
                _ = read.MemoryBytes; // counted here, for that takes as long as reading it
                return read;
            });
            budget.Take(place, served.MemoryBytes, All, Release);
            var counts = statistics.Of(model, version.Number);
            var queue = new VersionQueue($"{model}:{version.Number.ToWire()}", served, counts);
            var loaded = clock.GetElapsedTime(start);
            await warmUp.RunAsync(model, queue, trial);
            counts.Loaded(clock.GetElapsedTime(start));
            log.LogInformation("Loaded {Model}:{Version} in {Milliseconds:0} ms and tried it for {Trial:0} ms; it holds {MiB:0.0} MiB",
                model, version.Number, loaded.TotalMilliseconds, (clock.GetElapsedTime(start) - loaded).TotalMilliseconds, served.MemoryBytes / 1024.0 / 1024);
            place.Loaded(clock.GetTimestamp());
            return queue;
        }
        catch (Exception error) when (error is not OperationCanceledException || !_closing.IsCancellationRequested)
        {
            served?.Dispose();
            place.Holds(0);
            log.LogError(error, "{Model}:{Version} does not load", model, version.Number);
            ForgetLater(place);
            // The file's path is ours to know; what is wrong with the package is the caller's too, when the backend said it in a form meant for people.
            IReadOnlyList<Problem> problems = error is InputException input
                ? [.. input.Problems.Select(p => p with { Where = $"package of {model}:{version.Number}" })]
                : [new Problem($"{model}:{version.Number} does not load", WayOut: "The server's log says why")];
            throw new ModelUnavailableException(problems, error);
        }
    }

    /// <summary>Lets a place be taken anew in which nothing could be loaded; who stopped and started the model meanwhile has another one already.</summary>
    void ForgetLater(LoadedVersion failed) => _ = Task.Run(async () =>
    {
        await Task.Delay(options.FailedLoadRetry, clock, CancellationToken.None);
        if (_loaded.TryRemove(new((failed.Model, failed.Version), failed))) failed.Retire();
    });
}
