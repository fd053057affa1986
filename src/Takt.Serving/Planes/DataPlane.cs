using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Statistics;

namespace Takt.Serving.Planes;

/// <summary>
/// The one way to a prediction: every door, page and monitor calls this. It finds the version that a reference means, loads it once, keeps it hot,
/// follows the catalog (a new version or a moved alias is loaded first and then takes over; no call is lost), and counts.
/// </summary>
/// <param name="catalog">Which models there are.</param>
/// <param name="backend">What loads them.</param>
/// <param name="statistics">What is counted.</param>
/// <param name="options">How models are kept.</param>
/// <param name="clock">The time, for durations, idle unloading and retries.</param>
/// <param name="log">Loads, swaps and unloads.</param>
public sealed class DataPlane(
    IModelCatalog catalog, IModelBackend backend, ServingStatistics statistics, ServingOptions options, TimeProvider clock, ILogger<DataPlane> log) : IDisposable
{
    readonly LoadedVersions _versions = new(backend, options, clock, statistics, log);

    /// <summary>Where bare names and aliases lead now. It changes only after the next version is loaded, so it may trail the catalog by one load.</summary>
    readonly ConcurrentDictionary<ModelReference, CatalogVersion> _routes = new();

    /// <summary>Moves that were refused because the new version does not load; tried again when the catalog changes.</summary>
    readonly ConcurrentDictionary<(ModelReference, CatalogVersion), bool> _refused = new();

    readonly SemaphoreSlim _refreshing = new(1);
    volatile CatalogState? _state;

    /// <summary>Whether the catalog has been read, so that models can be found.</summary>
    public bool IsReady => _state is not null;

    /// <summary>What was counted, by version.</summary>
    public ServingStatistics Statistics => statistics;

    /// <summary>What can be served now.</summary>
    public async Task<CatalogState> CatalogAsync(CancellationToken stop)
    {
        if (_state is null) await RefreshAsync(stop);
        return _state!;
    }

    /// <summary>Answers rows by column name.</summary>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    /// <exception cref="ModelUnavailableException">Its package does not load.</exception>
    /// <exception cref="RefusedException">It could not have been answered as wanted.</exception>
    /// <exception cref="RowsRejectedException">Rows hold bad values and <see cref="RowsRequest.OnError"/> is <see cref="OnError.Fail"/>.</exception>
    /// <exception cref="Protocols.Problems.InputException">The request as a whole cannot be answered.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public Task<PredictAnswer> PredictAsync(CallContext call, RowsRequest request) =>
        CallAsync(call, request.Rows.Count, (served, version, times) =>
        {
            var answer = served.Predict(request, call.Stop);
            if (request.OnError == OnError.Fail && answer.Errors.Count > 0) throw new RowsRejectedException(answer.Errors);
            var about = served.Description;
            var response = new RowsResponse(call.Model.Name, version.ToWire(), about.Task, about.Target, about.Unit, answer.Predictions, answer.Errors);
            return new PredictAnswer(response, times(answer.Times));
        });

    /// <summary>Answers tensors by name.</summary>
    /// <param name="call">Who asks which model.</param>
    /// <param name="inputs">The tensors it takes, in any order. Their memory is read until the returned task has ended, and not after.</param>
    /// <param name="outputs">The outputs wanted, in that order; null or empty = all.</param>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    /// <exception cref="ModelUnavailableException">Its package does not load.</exception>
    /// <exception cref="RefusedException">It could not have been answered as wanted.</exception>
    /// <exception cref="Protocols.Problems.InputException">The tensors are not those that the model takes.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public Task<InferAnswer> InferAsync(CallContext call, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null) =>
        CallAsync(call, TensorChecks.BatchSize(inputs), (served, version, times) =>
        {
            TensorChecks.CheckInputs(served.Description.Inputs, inputs);
            TensorChecks.CheckOutputs(served.Description.Outputs, outputs);
            var answer = served.Infer(inputs, call.Stop);
            return new InferAnswer(call.Model.Name, version.ToWire(), TensorChecks.Pick(answer.Outputs, outputs), times(answer.Times));
        });

    /// <summary>Answers tensors piece by piece: many pieces from a model that generates, one from any other.</summary>
    /// <inheritdoc cref="InferAsync"/>
    public async IAsyncEnumerable<InferAnswer> InferStreamAsync(CallContext call, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        var version = await EnterAsync(call.Model, call.Stop);
        try
        {
            var served = await version.Served.WaitAsync(call.Stop);
            TensorChecks.CheckInputs(served.Description.Inputs, inputs);
            TensorChecks.CheckOutputs(served.Description.Outputs, outputs);
            await foreach (var piece in served.InferStreamAsync(inputs, call.Stop))
                yield return new InferAnswer(call.Model.Name, version.Version.Number.ToWire(), TensorChecks.Pick(piece.Outputs, outputs), default);
        }
        finally
        {
            version.Leave(clock.GetTimestamp());
        }
    }

    /// <summary>What a model takes and gives, and which version a reference means; loads it if need be.</summary>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    /// <exception cref="ModelUnavailableException">Its package does not load.</exception>
    public async Task<(ModelDescription Description, int Version)> DescribeAsync(ModelReference model, CancellationToken stop)
    {
        var version = await EnterAsync(model, stop);
        try
        {
            return ((await version.Served.WaitAsync(stop)).Description, version.Version.Number);
        }
        finally
        {
            version.Leave(clock.GetTimestamp());
        }
    }

    /// <summary>Takes in what changed in the catalog, if anything did, and lets go of what is no longer needed.</summary>
    public async Task RefreshAsync(CancellationToken stop)
    {
        await _refreshing.WaitAsync(stop);
        try
        {
            if (_state is null || await catalog.StampAsync(stop) != _state.Stamp)
            {
                _state = await catalog.ReadAsync(stop);
                _refused.Clear();
            }

            // Also when the stamp is the same: a call may have written a route from the state before.
            var state = _state;
            await Task.WhenAll(_routes.Select(route => MoveAsync(route.Key, route.Value, state, stop)));
            Sweep(state);
        }
        finally
        {
            _refreshing.Release();
        }
    }

    /// <summary>Lets every version go; calls inside end as usual.</summary>
    public void Dispose()
    {
        _versions.Dispose();
        _refreshing.Dispose();
    }

    /// <summary>Leads one reference to its new version once that is loaded; a version that does not load leaves the old one in its place.</summary>
    async Task MoveAsync(ModelReference reference, CatalogVersion from, CatalogState state, CancellationToken stop)
    {
        if (state.Find(reference) is not { } to)
        {
            _routes.TryRemove(reference, out _);
            return;
        }

        if (to == from || _refused.ContainsKey((reference, to))) return;
        try
        {
            await _versions.Get(reference.Name, to).Served.WaitAsync(stop);
        }
        catch (ModelUnavailableException error) when (state.Find(reference with { Alias = null, Version = from.Number }) == from)
        {
            _refused[(reference, to)] = true;
            statistics.Failed(reference.Name, to.Number, FailureReason.Unavailable, error.Message, clock.GetUtcNow());
            log.LogWarning("{Model}:{Old} keeps answering for {Reference}, because {Model}:{New} does not load", reference.Name, from.Number, reference, reference.Name, to.Number);
            return;
        }
        catch (ModelUnavailableException)
        {
            // The old version is gone too: the next call says what is wrong with the new one.
        }

        _routes[reference] = to;
        log.LogInformation("{Reference} now means {Model}:{New} (was {Old})", reference, reference.Name, to.Number, from.Number);
    }

    void Sweep(CatalogState state)
    {
        foreach (var version in _versions.All)
        {
            if (state.Find(new ModelReference(version.Model, Version: version.Version.Number)) != version.Version)
            {
                _versions.Release(version, "it was deleted");
                statistics.Forget(version.Model, version.Version.Number);
            }
            else if (version is { IsReady: true, Calls: 0 } && !_routes.Values.Contains(version.Version)
                && clock.GetElapsedTime(version.LastUsed) > options.IdleUnload)
            {
                _versions.Release(version, "no name or alias leads to it and nobody asked for it for a while");
            }
        }
    }

    async Task<TAnswer> CallAsync<TAnswer>(CallContext call, int rows, Func<IServedModel, int, Func<BackendTimes, CallTimes>, TAnswer> work)
    {
        using var count = statistics.Begin(clock);
        try
        {
            var version = await EnterAsync(call.Model, call.Stop);
            try
            {
                count.Resolved(call.Model.Name, version.Version.Number);
                var served = await version.Served.WaitAsync(call.Stop);
                count.Loaded();
                call.Stop.ThrowIfCancellationRequested();
                var answer = work(served, version.Version.Number, count.Times);
                count.Succeeded(rows);
                return answer;
            }
            finally
            {
                version.Leave(clock.GetTimestamp());
            }
        }
        catch (Exception error)
        {
            count.Failed(error);
            throw;
        }
    }

    /// <summary>Finds the version that a reference means and enters it; a version retired in between is looked up again.</summary>
    async Task<LoadedVersion> EnterAsync(ModelReference reference, CancellationToken stop)
    {
        while (true)
        {
            var version = _versions.Get(reference.Name, await FindAsync(reference, stop));
            if (version.TryEnter()) return version;
        }
    }

    async Task<CatalogVersion> FindAsync(ModelReference reference, CancellationToken stop)
    {
        if (_routes.TryGetValue(reference, out var routed)) return routed;
        var found = (await CatalogAsync(stop)).Find(reference);
        if (found is null)
        {
            // Perhaps it was registered a moment ago: look before saying no.
            await RefreshAsync(stop);
            found = _state!.Find(reference) ?? throw _state!.NotFound(reference);
        }

        return reference.Version is null ? _routes.GetOrAdd(reference, found) : found;
    }
}
