using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Deployments;
using Takt.Serving.Statistics;

namespace Takt.Serving.Planes;

/// <summary>
/// Finds the version that a call means. It follows the catalog: what a change leads to is loaded and tried first and then takes over, so that no call is lost; what nothing leads to
/// any more goes.
/// </summary>
sealed class VersionFinder(IModelCatalog catalog, LoadedVersions versions, Routes routes, ServingStatistics statistics, ServingOptions options, TimeProvider clock) : IDisposable
{
    readonly SemaphoreSlim _refreshing = new(1);
    volatile CatalogState? _state;

    /// <summary>Whether the catalog has been read.</summary>
    public bool HasRead => _state is not null;

    /// <summary>What can be served now.</summary>
    public async Task<CatalogState> CatalogAsync(CancellationToken stop)
    {
        if (_state is null) await RefreshAsync(stop);
        return _state!;
    }

    /// <summary>How the calls of a model are led; null = the catalog has not been read, or there is no such model.</summary>
    public Routing? RoutingOf(string model) => _state is { } state ? routes.Find(state, model) : null;

    /// <summary>Takes in what changed in the catalog, if anything did, and lets go of what is no longer needed. What must be loaded for it is begun and not waited for.</summary>
    public async Task RefreshAsync(CancellationToken stop)
    {
        await _refreshing.WaitAsync(stop);
        try
        {
            if (_state is null || await catalog.StampAsync(stop) != _state.Stamp) _state = await catalog.ReadAsync(stop);
            routes.Follow(_state);
            Sweep(_state);
            statistics.SettleEnergy();
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>The same, and ends when the calls of a model (null = of every one) go where the catalog says.</summary>
    public async Task SettleAsync(string? model, CancellationToken stop)
    {
        await RefreshAsync(stop);
        await routes.SettledAsync(model, stop);
    }

    /// <summary>Finds the version that a call means and enters it; a version retired in between is looked up again.</summary>
    public async ValueTask<(LoadedVersion Version, Routing Routing)> EnterAsync(CallContext call)
    {
        while (true)
        {
            var (found, routing) = await FindAsync(call);
            var version = versions.Get(call.Model.Name, found, routing.Spec.WarmUp);
            if (version.TryEnter()) return (version, routing);
        }
    }

    /// <summary>Enters a version, whatever the deployment of its model says of it.</summary>
    /// <exception cref="UnknownModelException">There is no such version.</exception>
    public async ValueTask<LoadedVersion> EnterAsync(ModelReference reference, CancellationToken stop)
    {
        var found = await ResolveAsync(reference, stop);
        while (true)
        {
            var version = versions.Get(reference.Name, found, options.Default.WarmUp);
            if (version.TryEnter()) return version;
        }
    }

    /// <summary>The version that a reference means, whether or not it can answer.</summary>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    public async ValueTask<CatalogVersion> ResolveAsync(ModelReference reference, CancellationToken stop)
    {
        if ((await CatalogAsync(stop)).Find(reference) is { } known) return known;
        await LookAgainAsync(stop);
        return _state!.Find(reference) ?? throw _state!.NotFound(reference);
    }

    public void Dispose() => _refreshing.Dispose();

    async ValueTask<(CatalogVersion Version, Routing Routing)> FindAsync(CallContext call)
    {
        var state = _state ?? await CatalogAsync(call.Stop);
        if (Find(state, call) is { } found) return found;
        await LookAgainAsync(call.Stop);
        return Find(_state!, call) ?? throw _state!.NotFound(call.Model);
    }

    /// <summary>Looks before saying no: perhaps it was registered a moment ago. A catalog that cannot be read now has nothing new to tell; <see cref="CatalogWatch"/> says that it cannot.</summary>
    async Task LookAgainAsync(CancellationToken stop)
    {
        try
        {
            await RefreshAsync(stop);
        }
        catch (IOException)
        {
            // what was known holds
        }
    }

    (CatalogVersion, Routing)? Find(CatalogState state, CallContext call)
    {
        if (routes.Find(state, call.Model.Name) is not { } routing) return null;
        if (!routing.Spec.Active)
            throw new ModelUnavailableException([new Problem($"{call.Model.Name} is not to be served", WayOut: $"Start it: 'takt deployments start {call.Model.Name}'")], null);
        if (call.Model.Version is null) return routing.Choose(call) is { } chosen ? (chosen, routing) : null;
        if (state.Find(call.Model) is not { } version) return null;
        return routing.Serves(version)
            ? (version, routing)
            : throw new UnknownModelException(new Problem($"{call.Model} is not served", WayOut: $"The deployment of {call.Model.Name} serves: {string.Join(", ", routing.Wanted().Select(v => v.Number).Order())}"));
    }

    void Sweep(CatalogState state)
    {
        foreach (var version in versions.All)
        {
            if (state.Find(new ModelReference(version.Model, Version: version.Version.Number)) != version.Version)
            {
                versions.Release(version, "it was deleted");
                statistics.Forget(version.Model, version.Version.Number);
            }
            else if (state.Find(version.Model)!.Deployment is { Active: false }) // as it is wanted: a model that is being started is loaded before calls are led to it
            {
                versions.Release(version, $"{version.Model} is not to be served");
            }
            else if (routes.Wants(version.Model, version.Version))
            {
                version.LastWanted = clock.GetTimestamp();
            }
            else if (version is { IsReady: true, Calls: 0 } && clock.GetElapsedTime(Math.Max(version.LastUsed, version.LastWanted)) > options.IdleUnload)
            {
                versions.Release(version, "no name or alias leads to it and nobody asked for it for a while");
            }
        }
    }
}
