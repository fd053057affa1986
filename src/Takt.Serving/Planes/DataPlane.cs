using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Batching;
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
    readonly Scheduler _scheduler = new(options.Places, clock);

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

    /// <summary>Calls that wait for a version now; 0 where it is not loaded.</summary>
    public int Waiting(string model, int version) => _versions.All.Where(v => v.Model == model && v.Version.Number == version && v.IsReady).Sum(v => v.Ready.Result.Calls);

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
    public async Task<PredictAnswer> PredictAsync(CallContext context, RowsRequest request)
    {
        var call = new RowsCall(context, request);
        var (version, times) = await AnswerAsync(call);
        var (about, answer) = (call.Model, call.Answer!);
        return new PredictAnswer(
            new RowsResponse(version.Model, version.Version.Number.ToWire(), about.Task, about.Target, about.Unit, answer.Predictions, answer.Errors), times);
    }

    /// <summary>Answers tensors by name.</summary>
    /// <param name="context">Who asks which model.</param>
    /// <param name="inputs">The tensors it takes, in any order. Their memory is read until the returned task has ended, and not after.</param>
    /// <param name="outputs">The outputs wanted, in that order; null or empty = all.</param>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    /// <exception cref="ModelUnavailableException">Its package does not load.</exception>
    /// <exception cref="RefusedException">It could not have been answered as wanted.</exception>
    /// <exception cref="Protocols.Problems.InputException">The tensors are not those that the model takes.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<InferAnswer> InferAsync(CallContext context, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        var call = new TensorsCall(context, inputs, outputs);
        var (version, times) = await AnswerAsync(call);
        return new InferAnswer(version.Model, version.Version.Number.ToWire(), call.Wanted(), times);
    }

    /// <summary>Answers tensors piece by piece: many pieces from a model that generates, one from any other.</summary>
    /// <inheritdoc cref="InferAsync"/>
    public async IAsyncEnumerable<InferAnswer> InferStreamAsync(CallContext context, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        var version = await EnterAsync(context.Model, context.Stop);
        try
        {
            if ((await version.Ready.WaitAsync(context.Stop)).Model is not IStreamingModel model)
            {
                yield return await InferAsync(context, inputs, outputs);
                yield break;
            }

            var call = new TensorsCall(context, inputs, outputs);
            call.Prepare(model.Description);
            await foreach (var piece in model.InferStreamAsync(call.Inputs, context.Stop))
                yield return new InferAnswer(version.Model, version.Version.Number.ToWire(), TensorChecks.Pick(piece.Outputs, outputs), default);
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
            return ((await version.Ready.WaitAsync(stop)).Model.Description, version.Version.Number);
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
        _scheduler.Dispose();
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
            await _versions.Get(reference.Name, to).Ready.WaitAsync(stop);
        }
        catch (ModelUnavailableException error) when (state.Find(reference with { Alias = null, Version = from.Number }) == from)
        {
            _refused[(reference, to)] = true;
            statistics.Of(reference.Name, to.Number).Failed(FailureReason.Unavailable, error.Message, default, clock.GetUtcNow());
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

    /// <summary>The path of every call: find the version, check the request, wait for a turn, be computed, and be counted.</summary>
    async ValueTask<(LoadedVersion Version, CallTimes Times)> AnswerAsync(Call call)
    {
        long start = clock.GetTimestamp();
        LoadedVersion? version = null;
        statistics.Begun();
        try
        {
            version = await EnterAsync(call.Context.Model, call.Context.Stop);
            var queue = await version.Ready.WaitAsync(call.Context.Stop);
            long found = clock.GetTimestamp();
            call.Prepare(queue.Model.Description);
            SetTerms(call, queue, start);
            await _scheduler.RunAsync(queue, call);
            call.ThrowIfRejected();
            var (input, compute, output) = call.Inside.Split(call.Took);
            var times = new CallTimes(clock.GetElapsedTime(start, found), clock.GetElapsedTime(found, call.Started), input, compute, output);
            queue.Counts.Answered(call.Rows, times, clock.GetUtcNow());
            return (version, times);
        }
        catch (Exception error)
        {
            var reason = FailureReasons.Of(error);
            if (version is null) statistics.Lost(reason);
            else statistics.Of(version.Model, version.Version.Number).Failed(reason, error.Message, clock.GetElapsedTime(start), clock.GetUtcNow());
            throw;
        }
        finally
        {
            statistics.Ended();
            version?.Leave(clock.GetTimestamp());
        }
    }

    /// <summary>Priority and deadline as the caller wants them, else as the deployment says.</summary>
    void SetTerms(Call call, VersionQueue queue, long start)
    {
        var (context, limits) = (call.Context, queue.Limits);
        context.Stop.ThrowIfCancellationRequested();
        call.Priority = context.Priority > 0 ? context.Priority : limits.Priority;
        double? seconds = context.Timeout?.TotalSeconds ?? limits.TimeoutMs / 1000;
        if (context.Deadline is { } moment)
        {
            double left = (moment - clock.GetUtcNow()).TotalSeconds + clock.GetElapsedTime(start).TotalSeconds;
            seconds = Math.Min(seconds ?? left, left);
        }

        if (seconds is { } wait) call.Deadline = start + (long)(wait * clock.TimestampFrequency);
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
