using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Problems;
using Takt.Serving.Backends;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Statistics;

namespace Takt.Serving.Planes;

/// <summary>The versions in memory, each loaded once however many ask for it.</summary>
sealed class LoadedVersions(IModelBackend backend, ServingOptions options, TimeProvider clock, ServingStatistics statistics, ILogger log) : IDisposable
{
    readonly ConcurrentDictionary<(string Model, CatalogVersion Version), LoadedVersion> _loaded = new();
    readonly CancellationTokenSource _closing = new();

    public IEnumerable<LoadedVersion> All => _loaded.Values;

    /// <summary>The version's place, loaded or not. The load belongs to nobody: a caller that gives up does not end it for the others.</summary>
    public LoadedVersion Get(string model, CatalogVersion version) => _loaded.GetOrAdd(
        (model, version),
        key => new LoadedVersion(key.Model, key.Version, () => Task.Run(() => LoadAsync(key.Model, key.Version), CancellationToken.None)));

    /// <summary>Lets a version go: new calls no longer find it, calls inside end as usual.</summary>
    public void Release(LoadedVersion version, string reason)
    {
        if (!_loaded.TryRemove(new((version.Model, version.Version), version))) return;
        version.Retire();
        log.LogInformation("Unloading {Model}:{Version}: {Reason}", version.Model, version.Version.Number, reason);
    }

    public void Dispose()
    {
        _closing.Cancel();
        foreach (var version in _loaded.Values) Release(version, "the server stops");
        _closing.Dispose();
    }

    async Task<VersionQueue> LoadAsync(string model, CatalogVersion version)
    {
        long start = clock.GetTimestamp();
        try
        {
            var served = await backend.LoadAsync(version.PackagePath, _closing.Token);
            var took = clock.GetElapsedTime(start);
            var counts = statistics.Of(model, version.Number);
            counts.Loaded(took);
            log.LogInformation("Loaded {Model}:{Version} in {Milliseconds:0} ms", model, version.Number, took.TotalMilliseconds);
            return new VersionQueue($"{model}:{version.Number.ToWire()}", served, counts);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogError(error, "{Model}:{Version} does not load", model, version.Number);
            ForgetLater(model, version);
            // The file's path is ours to know; what is wrong with the package is the caller's too, when the backend said it in a form meant for people.
            IReadOnlyList<Problem> problems = error is InputException input
                ? [.. input.Problems.Select(p => p with { Where = $"package of {model}:{version.Number}" })]
                : [new Problem($"{model}:{version.Number} does not load", WayOut: "The server's log says why")];
            throw new ModelUnavailableException(problems, error);
        }
    }

    void ForgetLater(string model, CatalogVersion version) => _ = Task.Run(async () =>
    {
        await Task.Delay(options.FailedLoadRetry, clock, CancellationToken.None);
        if (_loaded.TryRemove((model, version), out var failed)) failed.Retire();
    });
}
