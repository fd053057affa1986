using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Deployments;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Statistics;

namespace Takt.Serving.Deployments;

/// <summary>Where the calls of every model go, following the catalog: what a change leads to is loaded and tried first, and then takes over at once.</summary>
sealed class Routes(IModelCatalog catalog, LoadedVersions versions, ServingStatistics statistics, ServingOptions options, TimeProvider clock, ILogger log)
{
    readonly Lock _gate = new();   // held where moves end: who looks for a route needs no lock
    readonly ConcurrentDictionary<string, Routing> _routes = new();

    /// <summary>The last move of each model, over or not.</summary>
    readonly ConcurrentDictionary<string, Move> _moves = new();

    /// <summary>Why a model's wish is not met, by model.</summary>
    readonly ConcurrentDictionary<string, string> _problems = new();

    /// <summary>Where a model's calls go; null if there is no such model.</summary>
    public Routing? Find(CatalogState state, string model) =>
        _routes.TryGetValue(model, out var routing) ? routing
        : state.Find(model) is { } known ? _routes.GetOrAdd(model, _ => Make(known, Routing.LabelsOf(known), [])) : null;

    /// <summary>Why a model's wish is not met, or null.</summary>
    public string? ProblemOf(string model) => _problems.GetValueOrDefault(model);

    /// <summary>
    /// Begins to follow the catalog, each model by itself, and waits for no load. A model that nobody has asked for and of which nothing is wanted is left alone.
    /// </summary>
    public void Follow(CatalogState state)
    {
        foreach (string gone in _routes.Keys.Union(_moves.Keys).Where(name => state.Find(name) is null)) Forget(gone);
        foreach (var model in state.Models.Where(IsToMove)) Begin(model);
    }

    /// <summary>Ends when the calls of a model go where the catalog last said.</summary>
    /// <param name="model">The model; null = every one.</param>
    /// <param name="stop">Ends the waiting early, not the move.</param>
    public async Task SettledAsync(string? model, CancellationToken stop)
    {
        foreach (string name in model is null ? _moves.Keys : [model])
            while (_moves.TryGetValue(name, out var move) && !move.IsOver)
                await move.Over.WaitAsync(stop);
    }

    /// <summary>Whether a version must stay in memory: calls are led to it, or will be once others are loaded too.</summary>
    public bool Wants(string model, CatalogVersion version) =>
        (_routes.TryGetValue(model, out var routing) && routing.Wanted().Contains(version)) || (_moves.TryGetValue(model, out var move) && !move.IsOver && move.Next.Wanted().Contains(version));

    /// <summary>Whether the catalog says something new of a model. Models are compared by reference: a call may have made a route from the state before, or from this one.</summary>
    bool IsToMove(CatalogModel model) => _moves.TryGetValue(model.Name, out var last)
        ? !ReferenceEquals(last.Next.Model, model)
        : model.Deployment is not null || (_routes.TryGetValue(model.Name, out var routing) && !ReferenceEquals(routing.Model, model));

    /// <summary>From now on a model moves so, whatever it was moving to: who waits for that waits for this.</summary>
    void Begin(CatalogModel model)
    {
        var labels = Routing.LabelsOf(model);
        var move = new Move(Make(model, labels, _routes.GetValueOrDefault(model.Name)?.Used ?? []), labels);
        _moves.TryGetValue(model.Name, out var before);
        _moves[model.Name] = move;
        before?.End();
        _ = RunAsync(move);
    }

    void Forget(string model)
    {
        lock (_gate)
        {
            if (_moves.TryRemove(model, out var move)) move.End();
            _routes.TryRemove(model, out _);
            _problems.TryRemove(model, out _);
        }
    }

    /// <summary>Leads a model's calls to where the catalog says, once all of those versions are ready, unless it says something else by then.</summary>
    async Task RunAsync(Move move)
    {
        try
        {
            var failures = await LoadAsync(move.Next);
            lock (_gate)
            {
                if (_moves.GetValueOrDefault(move.Next.Model.Name) != move) return;
                TakeOver(move.Next, move.Labels, failures);
            }

            foreach (var (version, reason) in failures) await NoteAsync(move.Next.Model.Name, version.Number, reason);
        }
        finally
        {
            move.End();
        }
    }

    /// <summary>Lets the catalog keep what did not load. Calls are led on whether or not it can.</summary>
    async Task NoteAsync(string model, int version, string reason)
    {
        try
        {
            await catalog.NoteFailureAsync(model, version, reason);
        }
#pragma warning disable CA1031 // whatever it is, it must not hold up the calls
        catch (Exception error)
#pragma warning restore CA1031
        {
            log.LogError(error, "That {Model}:{Version} does not load could not be written into the audit", model, version);
        }
    }

    /// <summary>Leads calls by a routing from now on. A label whose version does not load stays where it was.</summary>
    void TakeOver(Routing next, Dictionary<string, CatalogVersion> labels, Dictionary<CatalogVersion, string> failures)
    {
        var model = next.Model;
        var from = _routes.GetValueOrDefault(model.Name);
        foreach (var (label, version) in labels.Where(l => failures.ContainsKey(l.Value)).ToArray())
        {
            // Where the version before is gone too, the next call says what is wrong with the new one.
            if (from?.Labels.GetValueOrDefault(label) is not { } before || before == version || !model.Versions.Contains(before)) continue;
            labels[label] = before;
            log.LogWarning("{Model}:{Old} keeps answering for {Label}, because {Model}:{New} does not load", model.Name, before.Number, Name(model, label), model.Name, version.Number);
        }

        _routes[model.Name] = next;
        Note(model, labels, failures);
        foreach (var (label, version) in labels)
            if (from?.Labels.GetValueOrDefault(label) is { } before && before != version && next.Used.ContainsKey(label))
                log.LogInformation("{Label} now means {Model}:{New} (was {Old})", Name(model, label), model.Name, version.Number, before.Number);
        if (model.Revision != (from?.Model.Revision ?? 0))
            log.LogInformation("{Model} is served as revision {Revision} of its deployment says", model.Name, model.Revision);
    }

    /// <summary>Loads what a routing wants.</summary>
    /// <returns>What does not load, with the reason.</returns>
    async Task<Dictionary<CatalogVersion, string>> LoadAsync(Routing next)
    {
        var failures = new ConcurrentDictionary<CatalogVersion, string>();
        await Task.WhenAll(next.Wanted().Select(async version =>
        {
            try
            {
                await versions.Get(next.Model.Name, version, next.Spec.WarmUp).Ready;
            }
            catch (ModelUnavailableException error)
            {
                failures[version] = error.Message;
            }
        }));
        return new Dictionary<CatalogVersion, string>(failures);
    }

    void Note(CatalogModel model, Dictionary<string, CatalogVersion> labels, Dictionary<CatalogVersion, string> failures)
    {
        foreach (var (version, message) in failures) statistics.Of(model.Name, version.Number).Failed(FailureReason.Unavailable, message, default, clock.GetUtcNow());
        string problem = string.Join(' ', failures.Values.Concat(
            Routing.Named(model.Deployment ?? new DeploymentSpec()).Where(l => !labels.ContainsKey(l)).Distinct().Select(l => $"{model.Name} has no version or alias '{l}' any more.")));
        if (problem.Length > 0) _problems[model.Name] = problem;
        else _problems.TryRemove(model.Name, out _);
    }

    Routing Make(CatalogModel model, IReadOnlyDictionary<string, CatalogVersion> labels, ConcurrentDictionary<string, bool> used) => new(model, options.Default, labels, used);

    static string Name(CatalogModel model, string label) => label.Length == 0 ? model.Name : $"{model.Name}@{label}";

    /// <summary>A model on its way to where the catalog says.</summary>
    /// <param name="next">Where its calls will go.</param>
    /// <param name="labels">That routing's labels.</param>
    sealed class Move(Routing next, Dictionary<string, CatalogVersion> labels)
    {
        readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Routing Next => next;

        public Dictionary<string, CatalogVersion> Labels => labels;

        /// <summary>Ends when calls go there, or another move has taken this one's place.</summary>
        public Task Over => _over.Task;

        public bool IsOver => Over.IsCompleted;

        public void End() => _over.TrySetResult();
    }
}
