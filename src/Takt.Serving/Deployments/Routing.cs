using System.Collections.Concurrent;
using System.Globalization;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;

namespace Takt.Serving.Deployments;

/// <summary>
/// Where the calls of one model go. It never changes: a new wish or a moved alias makes a new one, which takes the old one's place at once when all its versions are ready.
/// </summary>
/// <param name="model">The model as the catalog had it.</param>
/// <param name="defaults">How it is served if nothing was said.</param>
/// <param name="labels">The version of each label: aliases, numbers that the deployment names, and the empty label of the bare name.</param>
/// <param name="used">Labels that callers have asked for so far.</param>
sealed class Routing(CatalogModel model, DeploymentSpec defaults, IReadOnlyDictionary<string, CatalogVersion> labels, ConcurrentDictionary<string, bool> used)
{
    /// <summary>The label of the bare name: the champion, else the newest version.</summary>
    const string Bare = "";

    readonly (double Until, string Label)[] _split = SplitOf(model.Deployment);
    long _calls, _answered;

    /// <summary>The model as the catalog had it.</summary>
    public CatalogModel Model => model;

    /// <summary>The version of each label.</summary>
    public IReadOnlyDictionary<string, CatalogVersion> Labels => labels;

    /// <summary>Labels that callers have asked for so far.</summary>
    public ConcurrentDictionary<string, bool> Used => used;

    /// <summary>What is wanted; defaults where nothing was said.</summary>
    public DeploymentSpec Spec { get; } = model.Deployment ?? defaults;

    /// <summary>The shadow's version, or null.</summary>
    public CatalogVersion? Shadow => Spec.Shadow is { } shadow ? labels.GetValueOrDefault(shadow.To) : null;

    /// <summary>What a model's labels mean, as the catalog says.</summary>
    public static Dictionary<string, CatalogVersion> LabelsOf(CatalogModel model)
    {
        var labels = new Dictionary<string, CatalogVersion> { [Bare] = model.Version(new ModelReference(model.Name))! };
        foreach (string alias in model.Aliases.Keys) labels[alias] = model.Version(new ModelReference(model.Name, Alias: alias))!;
        foreach (string label in Named(model.Deployment ?? new DeploymentSpec()))
            if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && model.Version(new ModelReference(model.Name, Version: number)) is { } version)
                labels[label] = version;
        return labels;
    }

    /// <summary>The versions that must be ready before this takes over: those that the deployment wants, and those that labels in use lead to.</summary>
    public IEnumerable<CatalogVersion> Wanted()
    {
        if (!Spec.Active) return [];
        var wanted = used.Keys.Select(label => labels.GetValueOrDefault(label));
        if (model.Deployment is null) return wanted.OfType<CatalogVersion>().Distinct();
        wanted = wanted.Concat(_split.Select(s => s.Label).Concat(Named(Spec)).Select(label => labels.GetValueOrDefault(label)));
        var versions = Spec.Versions;
        if (versions.All) wanted = wanted.Concat(model.Versions);
        else if (versions.Latest is { } latest) wanted = wanted.Concat(model.Versions.TakeLast(latest));
        return wanted.OfType<CatalogVersion>().Distinct();
    }

    /// <summary>The version that answers a call, or null if there is no such alias.</summary>
    public CatalogVersion? Choose(CallContext call)
    {
        string label = call.Model.Alias ?? Label(call);
        if (!labels.TryGetValue(label, out var version)) return null;
        if (!used.ContainsKey(label)) used.TryAdd(label, true);
        return version;
    }

    /// <summary>Whether a version answers when it is named.</summary>
    public bool Serves(CatalogVersion version) =>
        model.Deployment is null || Spec.Versions is { All: false, Latest: null, Named: null } || Wanted().Contains(version) || labels.Values.Contains(version);

    /// <summary>Whether the next answered call is to be repeated on the shadow.</summary>
    public bool IsShadowed() => Spec.Shadow is { } shadow && Spread.Of(Interlocked.Increment(ref _answered)) < shadow.Share;

    /// <summary>The versions that answer for the bare name, with the share of each.</summary>
    public IReadOnlyList<AnsweringVersion> Answering()
    {
        var shares = new SortedDictionary<int, double>();
        double from = 0;
        foreach (var (until, label) in _split)
        {
            if (labels.TryGetValue(label, out var version) && until > from) shares[version.Number] = shares.GetValueOrDefault(version.Number) + (until - from);
            from = until;
        }

        return [.. shares.Select(s => new AnsweringVersion(s.Key, Math.Round(s.Value, 6)))];
    }

    string Label(CallContext call)
    {
        foreach (var rule in Spec.Rules)
            if (rule.When.All(w => call.Parameters.TryGetValue(w.Key, out string? value) && value == w.Value))
                return rule.To;
        if (_split.Length == 1) return _split[0].Label;
        double place = Spec.SplitBy is { } parameter && call.Parameters.TryGetValue(parameter, out string? kept)
            ? Spread.Of(model.Name, kept)
            : Spread.Of(Interlocked.Increment(ref _calls));
        foreach (var (until, label) in _split)
            if (place < until)
                return label;
        return _split[^1].Label;
    }

    static (double, string)[] SplitOf(DeploymentSpec? spec)
    {
        if (spec is null or { Traffic.Count: 0 }) return [(1, Bare)];
        double whole = spec.Traffic.Sum(t => t.Weight), sum = 0;
        return [.. spec.Traffic.Select(t => ((sum += t.Weight) / whole, t.To))];
    }

    /// <summary>The labels that a deployment names.</summary>
    public static IEnumerable<string> Named(DeploymentSpec spec) =>
        [.. spec.Traffic.Select(t => t.To), .. spec.Rules.Select(r => r.To), .. spec.Versions.Named ?? [], .. spec.Shadow is { } shadow ? [shadow.To] : Array.Empty<string>()];
}
