using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Takt.Protocols.Deployments;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Statistics;

namespace Takt.Serving.Deployments;

/// <summary>Where the calls of every model go, following the catalog: what a change leads to is loaded and tried first, and then takes over at once.</summary>
sealed class Routes(LoadedVersions versions, ServingStatistics statistics, ServingOptions options, TimeProvider clock, ILogger log)
{
    readonly ConcurrentDictionary<string, Routing> _routes = new();

    /// <summary>Why a model's wish is not met, by model.</summary>
    readonly ConcurrentDictionary<string, string> _problems = new();

    /// <summary>Where a model's calls go; null if there is no such model.</summary>
    public Routing? Find(CatalogState state, string model) =>
        _routes.TryGetValue(model, out var routing) ? routing
        : state.Find(model) is { } known ? _routes.GetOrAdd(model, _ => Make(known, Routing.LabelsOf(known), [])) : null;

    /// <summary>Why a model's wish is not met, or null.</summary>
    public string? ProblemOf(string model) => _problems.GetValueOrDefault(model);

    /// <summary>Follows the catalog. A model that nobody has asked for and of which nothing is wanted is left alone.</summary>
    public async Task FollowAsync(CatalogState state, CancellationToken stop)
    {
        foreach (string gone in _routes.Keys.Where(name => state.Find(name) is null))
        {
            _routes.TryRemove(gone, out _);
            _problems.TryRemove(gone, out _);
        }

        // Models are compared by reference: a call may have made a route from the state before.
        await Task.WhenAll(state.Models
            .Where(model => _routes.TryGetValue(model.Name, out var routing) ? !ReferenceEquals(routing.Model, model) : model.Deployment is not null)
            .Select(model => MoveAsync(model, _routes.GetValueOrDefault(model.Name), stop)));
    }

    /// <summary>Whether a version must stay in memory.</summary>
    public bool Wants(string model, CatalogVersion version) => _routes.TryGetValue(model, out var routing) && routing.Wanted().Contains(version);

    /// <summary>Leads a model's calls to where the catalog says, once all of those versions are ready. A label whose version does not load stays where it was.</summary>
    async Task MoveAsync(CatalogModel model, Routing? from, CancellationToken stop)
    {
        var labels = Routing.LabelsOf(model);
        var next = Make(model, labels, from?.Used ?? []);
        var failures = await LoadAsync(next, stop);
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
    async Task<Dictionary<CatalogVersion, string>> LoadAsync(Routing next, CancellationToken stop)
    {
        var failures = new ConcurrentDictionary<CatalogVersion, string>();
        await Task.WhenAll(next.Wanted().Select(async version =>
        {
            try
            {
                await versions.Get(next.Model.Name, version, next.Spec.WarmUp).Ready.WaitAsync(stop);
            }
            catch (ModelUnavailableException error)
            {
                failures[version] = error.Message;
                statistics.Of(next.Model.Name, version.Number).Failed(FailureReason.Unavailable, error.Message, default, clock.GetUtcNow());
            }
        }));
        return new Dictionary<CatalogVersion, string>(failures);
    }

    void Note(CatalogModel model, Dictionary<string, CatalogVersion> labels, Dictionary<CatalogVersion, string> failures)
    {
        string problem = string.Join(' ', failures.Values.Concat(
            Routing.Named(model.Deployment ?? new DeploymentSpec()).Where(l => !labels.ContainsKey(l)).Distinct().Select(l => $"{model.Name} has no version or alias '{l}' any more.")));
        if (problem.Length > 0) _problems[model.Name] = problem;
        else _problems.TryRemove(model.Name, out _);
    }

    Routing Make(CatalogModel model, IReadOnlyDictionary<string, CatalogVersion> labels, ConcurrentDictionary<string, bool> used) => new(model, options.Default, labels, used);

    static string Name(CatalogModel model, string label) => label.Length == 0 ? model.Name : $"{model.Name}@{label}";
}
