using Microsoft.Extensions.Logging;
using Takt.Protocols.Deployments;
using Takt.Protocols.Explanations;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Batching;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Deployments;
using Takt.Serving.Requests;
using Takt.Serving.Shadows;
using Takt.Serving.Statistics;
using Takt.Serving.Traces;
using Takt.Serving.WarmUps;

namespace Takt.Serving.Planes;

/// <summary>
/// The one way to a prediction: every door, page and monitor calls this. It finds the version that a call means, refuses what cannot be answered as wanted,
/// computes what waits together, and counts.
/// </summary>
public sealed class DataPlane : IDisposable
{
    /// <summary>Seconds that anybody waits for one answer: a day. A moment further off, or further gone, means the same.</summary>
    const double LongestWait = 24 * 60 * 60;

    readonly IModelCatalog _catalog;
    readonly TimeProvider _clock;
    readonly Tracing _tracing;
    readonly Scheduler _scheduler;
    readonly RecentRequests _recent;
    readonly LoadedVersions _versions;
    readonly Routes _routes;
    readonly ShadowTraffic _shadows;
    readonly RequestLog? _requests;
    readonly VersionFinder _finder;

    /// <summary>Puts a data plane together.</summary>
    /// <param name="catalog">Which models there are and what is wanted of them.</param>
    /// <param name="backend">What loads them.</param>
    /// <param name="statistics">What is counted.</param>
    /// <param name="options">How models are kept.</param>
    /// <param name="clock">The time, for durations, deadlines, idle unloading and retries.</param>
    /// <param name="log">Loads, swaps and unloads.</param>
    /// <param name="requests">Takes the calls that are to be written down; null = none are, whatever deployments say.</param>
    /// <param name="tracing">Spans of calls; null = none.</param>
    public DataPlane(
        IModelCatalog catalog, IModelBackend backend, ServingStatistics statistics, ServingOptions options, TimeProvider clock, ILogger<DataPlane> log,
        RequestLog? requests = null, Tracing? tracing = null)
    {
        (_catalog, Statistics, _clock, _requests, _tracing) = (catalog, statistics, clock, requests, tracing ?? new Tracing());
        _scheduler = new Scheduler(options.Places, clock);
        _recent = new RecentRequests(clock);
        _versions = new LoadedVersions(backend, new WarmUp(_scheduler, _recent, clock), new MemoryBudget(options, clock, log), options, clock, statistics, log);
        _routes = new Routes(catalog, _versions, statistics, options, clock, log);
        _finder = new VersionFinder(catalog, _versions, _routes, statistics, options, clock);
        _shadows = new ShadowTraffic(_versions, _scheduler, requests, clock, log);
        statistics.Observe(() => _versions.All);
    }

    /// <summary>Whether the catalog has been read, so that models can be found.</summary>
    public bool IsReady => _finder.HasRead;

    /// <summary>What was counted, by version.</summary>
    public ServingStatistics Statistics { get; }

    /// <summary>Answers rows by column name.</summary>
    /// <param name="context">Who asks which model.</param>
    /// <param name="request">The rows.</param>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    /// <exception cref="ModelUnavailableException">Its package does not load, or it is not to be served.</exception>
    /// <exception cref="RefusedException">It could not have been answered as wanted.</exception>
    /// <exception cref="RowsRejectedException">Rows hold bad values and <see cref="RowsRequest.OnError"/> is <see cref="OnError.Fail"/>.</exception>
    /// <exception cref="InputException">The request as a whole cannot be answered.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<PredictAnswer> PredictAsync(CallContext context, RowsRequest request)
    {
        var (answer, refusal) = await TryPredictAsync(context, request);
        return answer ?? throw refusal!;
    }

    /// <summary>Answers rows by column name, or hands a refusal back without throwing it: where most calls are refused, throwing costs more than answering.</summary>
    /// <returns>The answer, or why it is refused; the other is null.</returns>
    /// <inheritdoc cref="PredictAsync"/>
    public async Task<(PredictAnswer? Answer, RefusedException? Refusal)> TryPredictAsync(CallContext context, RowsRequest request)
    {
        var (call, version, times, refusal) = await AnswerOrFallBackAsync(context, c => new RowsCall(c, request));
        if (refusal is not null) return (null, refusal);
        var (about, answer) = (call.Model!, call.Answer!);
        return (new PredictAnswer(
            new RowsResponse(version!.Model, version.Version.Number.ToWire(), about.Task, about.Target, about.Unit, answer.Predictions, answer.Errors), times), null);
    }

    /// <summary>Answers tensors by name.</summary>
    /// <param name="context">Who asks which model.</param>
    /// <param name="inputs">The tensors it takes, in any order. Their memory is read until the returned task has ended, and not after.</param>
    /// <param name="outputs">The outputs wanted, in that order; null or empty = all.</param>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    /// <exception cref="ModelUnavailableException">Its package does not load, or it is not to be served.</exception>
    /// <exception cref="RefusedException">It could not have been answered as wanted.</exception>
    /// <exception cref="InputException">The tensors are not those that the model takes.</exception>
    /// <exception cref="OperationCanceledException">The caller has gone.</exception>
    public async Task<InferAnswer> InferAsync(CallContext context, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        var (answer, refusal) = await TryInferAsync(context, inputs, outputs);
        return answer ?? throw refusal!;
    }

    /// <summary>Answers tensors by name, or hands a refusal back without throwing it: where most calls are refused, throwing costs more than answering.</summary>
    /// <returns>The answer, or why it is refused; the other is null.</returns>
    /// <inheritdoc cref="InferAsync"/>
    public async Task<(InferAnswer? Answer, RefusedException? Refusal)> TryInferAsync(CallContext context, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        var (call, version, times, refusal) = await AnswerOrFallBackAsync(context, c => new TensorsCall(c, inputs, outputs));
        return refusal is null ? (new InferAnswer(version!.Model, version.Version.Number.ToWire(), call.Wanted(), times), null) : (null, refusal);
    }

    /// <summary>Answers tensors and says what each element of them contributed.</summary>
    /// <param name="context">Who asks which model.</param>
    /// <param name="inputs">The tensors it takes, in any order.</param>
    /// <param name="question">What of the answer is explained, and how.</param>
    /// <returns>The model and version that answered, what was found, and the classes where the model tells them.</returns>
    /// <inheritdoc cref="InferAsync"/>
    public async Task<(InferAnswer Answer, TensorAttribution Found, ModelDescription Model)> ExplainAsync(CallContext context, IReadOnlyList<InferTensor> inputs, TensorQuestion question)
    {
        var (call, version, times, refusal) = await AnswerOrFallBackAsync(context, c => new ExplainCall(c, inputs, question));
        if (refusal is not null) throw refusal;
        return (new InferAnswer(version!.Model, version.Version.Number.ToWire(), call.Answer!.Outputs, times), call.Attribution!, call.Model!);
    }

    /// <summary>Answers tensors piece by piece: many pieces from a model that generates, one from any other. A model that generates computes beside the queue: it puts its callers together itself.</summary>
    /// <inheritdoc cref="InferAsync"/>
    public async IAsyncEnumerable<InferAnswer> InferStreamAsync(CallContext context, IReadOnlyList<InferTensor> inputs, IReadOnlyList<string>? outputs = null)
    {
        var call = new TensorsCall(context, inputs, outputs);
        var counted = new StreamCount(call, Statistics, _tracing, _requests, _clock);
        LoadedVersion? version = null;
        try
        {
            var (pieces, other) = await counted.Watch(async () =>
            {
                (version, var routing) = await _finder.EnterAsync(context);
                var queue = await version.Ready.WaitAsync(context.Stop);
                if (queue.Model is not IStreamingModel model) return (null, true);
                counted.Found(version, routing.Spec);
                call.Prepare(model.Description);
                return ((IAsyncEnumerator<TensorsAnswer>?)model.InferStreamAsync(call.Inputs, context.Stop).GetAsyncEnumerator(context.Stop), false);
            });
            if (other)
            {
                counted.IsElsewhere = true;
                yield return await InferAsync(context, inputs, outputs);
                yield break;
            }

            await using (pieces)
                while (await counted.NextAsync(pieces!))
                    yield return new InferAnswer(version!.Model, version.Version.Number.ToWire(), TensorChecks.Pick(pieces!.Current.Outputs, outputs), default);
            counted.Answered();
        }
        finally
        {
            counted.End();
            version?.Leave(_clock.GetTimestamp());
        }
    }

    /// <summary>What a model takes and gives, and which version a reference means; loads it if need be.</summary>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    /// <exception cref="ModelUnavailableException">Its package does not load, or it is not to be served.</exception>
    public async Task<(ModelDescription Description, int Version)> DescribeAsync(ModelReference model, CancellationToken stop)
    {
        var (version, _) = await _finder.EnterAsync(new CallContext(model) { Stop = stop });
        try
        {
            var served = (await version.Ready.WaitAsync(stop)).Model;
            return (served is IStreamingModel ? served.Description with { Generates = true } : served.Description, version.Version.Number);
        }
        finally
        {
            version.Leave(_clock.GetTimestamp());
        }
    }

    /// <summary>What can be served now.</summary>
    public Task<CatalogState> CatalogAsync(CancellationToken stop) => _finder.CatalogAsync(stop);

    /// <summary>What is wanted of each model and what is, by name.</summary>
    public async Task<IReadOnlyList<DeploymentState>> DeploymentsAsync(CancellationToken stop)
    {
        var state = await _catalog.ReadAsync(stop); // what is wanted is told as it stands, even while it is still being loaded
        var loaded = _versions.All.ToLookup(v => v.Model);
        var energy = Statistics.Snapshot().Where(s => s.Cpu > TimeSpan.Zero)
            .ToDictionary(s => (s.Model, s.Version), s => new EnergyState(s.Cpu.TotalSeconds, s.Joules, s.JoulesPerRow, Statistics.EnergySource));
        return [.. state.Models.OrderBy(m => m.Name, StringComparer.Ordinal).Select(model => new DeploymentState(
            model.Name, model.Deployment, model.Revision, model.ChangedAt,
            _routes.Find(state, model.Name) is { Spec.Active: true } routing ? routing.Answering() : [],
            [.. loaded[model.Name].OrderBy(v => v.Version.Number).Select(v => v.State(_shadows.Of(model.Name, v.Version.Number)) with { Energy = energy.GetValueOrDefault((model.Name, v.Version.Number)) })],
            _routes.ProblemOf(model.Name)) { Refused = Statistics.RefusedWhileStopped(model.Name) })];
    }

    /// <summary>Calls that wait for a version now; 0 where it is not loaded.</summary>
    public int Waiting(string model, int version) => _versions.All.Where(v => v.Model == model && v.Version.Number == version && v.IsReady).Sum(v => v.Ready.Result.Calls);

    /// <summary>Whether a version is in memory, able to answer at once.</summary>
    internal bool IsLoaded(string model, int version) => _versions.All.Any(v => v.Model == model && v.Version.Number == version && v.IsReady);

    /// <summary>The model and version that a reference means, whether or not it can answer; loads none.</summary>
    /// <exception cref="UnknownModelException">There is no such model, alias or version.</exception>
    public async Task<(CatalogModel Model, CatalogVersion Version)> ResolveAsync(ModelReference reference, CancellationToken stop)
    {
        var version = await _finder.ResolveAsync(reference, stop);
        return ((await CatalogAsync(stop)).Find(reference.Name)!, version);
    }

    /// <summary>Whether a version can answer, as far as is known without asking it.</summary>
    public VersionAvailability AvailabilityOf(CatalogModel model, CatalogVersion version)
    {
        var loaded = _versions.All.FirstOrDefault(v => v.Model == model.Name && v.Version == version);
        var failure = loaded?.Failure;
        if (loaded is { IsReady: false } && failure is null) return new(Availability.Loading); // first: while a stopped model starts, its calls are still refused
        if (_finder.RoutingOf(model.Name) is { } routing)
        {
            if (!routing.Spec.Active) return new(Availability.NotServed, $"{model.Name} is not to be served");
            if (!routing.Serves(version)) return new(Availability.NotServed, $"the deployment of {model.Name} serves other versions");
        }

        return failure is not null ? new(Availability.Failed, failure.Message) : new(loaded is null ? Availability.OnDemand : Availability.Ready);
    }

    /// <summary>Bytes that a version holds; null where it is not loaded.</summary>
    public long? MemoryOf(string model, int version) => _versions.All.FirstOrDefault(v => v.Model == model && v.Version.Number == version && v.IsReady)?.MemoryBytes;

    /// <summary>Takes in what changed in the catalog, if anything did, and lets go of what is no longer needed. What must be loaded for it is begun and not waited for.</summary>
    public Task RefreshAsync(CancellationToken stop) => _finder.RefreshAsync(stop);

    /// <summary>Takes in what changed in the catalog, and ends when it has taken effect: all that it leads to is loaded and answers, or is known not to load.</summary>
    /// <param name="model">The model that was changed: no other one's load is waited for. Null = every model.</param>
    /// <param name="stop">Ends the waiting early, not the change.</param>
    public Task SettleAsync(string? model, CancellationToken stop) => _finder.SettleAsync(model, stop);

    /// <summary>
    /// Computes a call on a version of its model, whatever the model's deployment says of that version: after every call that somebody waits for, and in nobody's statistics.
    /// </summary>
    /// <exception cref="UnknownModelException">There is no such version.</exception>
    internal async Task RepeatAsync(string model, int number, Call call)
    {
        var stop = call.Context.Stop;
        var version = await _finder.EnterAsync(new ModelReference(model, Version: number), stop);
        try
        {
            var queue = await version.Ready.WaitAsync(stop);
            (call.IsTrial, call.Priority) = (true, int.MaxValue);
            call.Prepare(queue.Model.Description);
            if (await _scheduler.RunAsync(queue, call) is { } refusal) throw refusal;
            call.ThrowIfRejected();
        }
        finally
        {
            version.Leave(_clock.GetTimestamp());
        }
    }

    /// <summary>Lets every version go; calls inside end as usual.</summary>
    public void Dispose()
    {
        _shadows.Dispose();
        _scheduler.Dispose();
        _versions.Dispose();
        _finder.Dispose();
    }

    /// <summary>Answers a call, or lets the deployment's fallback answer what was refused.</summary>
    async ValueTask<(TCall Call, LoadedVersion? Version, CallTimes Times, RefusedException? Refusal)> AnswerOrFallBackAsync<TCall>(CallContext context, Func<CallContext, TCall> make) where TCall : Call
    {
        var call = make(context);
        var (version, times, refusal) = await AnswerAsync(call);
        if (refusal is not null && _finder.RoutingOf(context.Model.Name)?.Spec.Fallback is { } fallback)
        {
            // The caller's deadline is the first model's measure; what answers instead is quick by choice, and its answer late is better than none.
            call = make(context with { Model = ModelReference.Parse(fallback), Timeout = null, Deadline = null });
            (version, times, refusal) = await AnswerAsync(call);
        }

        return (call, version, times, refusal);
    }

    /// <summary>The path of every call: find the version, check the request, wait for a turn, be computed, and be counted.</summary>
    async ValueTask<(LoadedVersion? Version, CallTimes Times, RefusedException? Refusal)> AnswerAsync(Call call)
    {
        long start = _clock.GetTimestamp(), found = 0;
        LoadedVersion? version = null;
        Routing? routing = null;
        var trace = _tracing.IsOn ? _tracing.Begin(call.Context.Model.Name, _clock.GetUtcNow()) : null;
        Statistics.Begun();
        try
        {
            (version, routing) = await _finder.EnterAsync(call.Context);
            var queue = await version.Ready.WaitAsync(call.Context.Stop);
            found = _clock.GetTimestamp();
            call.Prepare(queue.Model.Description);
            SetTerms(call, routing.Spec.Limits, start);
            queue.Limits = routing.Spec.Limits;
            if (await _scheduler.RunAsync(queue, call) is { } refusal)
            {
                Failed(refusal);
                return (version, default, refusal);
            }

            call.ThrowIfRejected();
            var (input, compute, output) = call.Inside.Split(call.Took);
            var times = new CallTimes(_clock.GetElapsedTime(start, found), _clock.GetElapsedTime(found, call.Started), input, compute, output);
            queue.Counts.Answered(call.Rows, times, _clock.GetUtcNow());
            trace?.Answered(call, version.Model, version.Version.Number, times, routing.Spec.Log?.Redact ?? []);
            Remember(routing, version, call);
            _requests?.Answered(routing.Spec, call, version.Model, version.Version.Number, times);
            return (version, times, null);
        }
        catch (Exception error)
        {
            Failed(error);
            throw;
        }
        finally
        {
            Statistics.Ended();
            version?.Leave(_clock.GetTimestamp());
        }

        void Failed(Exception error)
        {
            var reason = FailureReasons.Of(error);
            routing ??= _finder.RoutingOf(call.Context.Model.Name);
            if (version is null) Statistics.Lost(reason, error is ModelUnavailableException ? call.Context.Model.Name : null, _clock.GetUtcNow());   // then there is such a model: it is stopped
            else Statistics.Of(version.Model, version.Version.Number).Failed(reason, Redaction.MessageOf(error, routing?.Spec.Log), _clock.GetElapsedTime(start), _clock.GetUtcNow());
            trace?.Failed(call.Context.Model.Name, version?.Version.Number, reason, error, _clock.GetElapsedTime(start), routing?.Spec.Log?.Redact ?? []);
            if (routing?.Spec is { Log: not null } spec) _requests?.Failed(spec, call, call.Context.Model.Name, version?.Version.Number, error, TimesOf(call, start, found));
        }
    }

    /// <summary>Where the time of a call went that got no answer: what was computed in vain is computing, and what is not known otherwise is waiting.</summary>
    CallTimes TimesOf(Call call, long start, long found)
    {
        var whole = _clock.GetElapsedTime(start);
        var load = found == 0 ? whole : _clock.GetElapsedTime(start, found);
        return new CallTimes(load, whole - load - call.Took, default, call.Took, default);
    }

    /// <summary>Priority and deadline as the caller wants them, else as the deployment says.</summary>
    void SetTerms(Call call, LimitsSpec limits, long start)
    {
        var context = call.Context;
        context.Stop.ThrowIfCancellationRequested();
        call.Priority = context.Priority > 0 ? context.Priority : limits.Priority;
        double? seconds = context.Timeout?.TotalSeconds ?? limits.TimeoutMs / 1000;
        if (context.Deadline is { } moment)
        {
            double left = (moment - _clock.GetUtcNow() + _clock.GetElapsedTime(start)).TotalSeconds;
            seconds = Math.Min(seconds ?? left, left);
        }

        if (seconds is { } wait) call.Deadline = start + (long)(Math.Clamp(wait, -LongestWait, LongestWait) * _clock.TimestampFrequency);
    }

    /// <summary>An answered call may be repeated: on the shadow now, or to try the next version with.</summary>
    void Remember(Routing routing, LoadedVersion version, Call call)
    {
        _recent.Take(version.Model, call);
        if (routing.Shadow is { } shadow && shadow != version.Version && routing.IsShadowed()) _shadows.Take(version.Model, shadow, routing.Spec, call);
    }
}
