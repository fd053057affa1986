using Takt.Protocols.Problems;

namespace Takt.Monitoring.Assets;

/// <summary>A node of the plant model: an enterprise, site, area, line, cell or device with its signals and what it consists of.</summary>
public sealed class Asset
{
    /// <summary>An asset with everything below it.</summary>
    /// <param name="id">Identifier, unique among its siblings.</param>
    /// <param name="name">Display name.</param>
    /// <param name="level">Level; children are on a lower one.</param>
    /// <param name="children">What it consists of, in the order of the material flow.</param>
    /// <param name="signals">What is measured on it directly.</param>
    /// <exception cref="InputException">Identifiers break the rule or repeat, a child is not below its parent, or a range is empty; all problems at once.</exception>
    public Asset(string id, string name, AssetLevel level, IReadOnlyList<Asset>? children = null, IReadOnlyList<Signal>? signals = null)
    {
        (Id, Name, Level, Children, Signals) = (id, name, level, children ?? [], signals ?? []);
        var problems = Check().ToList();
        if (problems.Count > 0) throw new InputException(problems);
    }

    /// <summary>Identifier, unique among its siblings.</summary>
    public string Id { get; }

    /// <summary>Display name.</summary>
    public string Name { get; }

    /// <summary>Level in the plant model.</summary>
    public AssetLevel Level { get; }

    /// <summary>What it consists of.</summary>
    public IReadOnlyList<Asset> Children { get; }

    /// <summary>What is measured on it directly.</summary>
    public IReadOnlyList<Signal> Signals { get; }

    /// <summary>The signals of this asset and of everything below it, in tree order.</summary>
    public IEnumerable<Signal> AllSignals => Signals.Concat(Children.SelectMany(child => child.AllSignals));

    /// <summary>This asset and everything below it with their paths, for example <c>acme/north/forming/line-1/press</c>.</summary>
    /// <param name="parent">Path of the parent; empty at the root.</param>
    public IEnumerable<(string Path, Asset Asset)> Walk(string parent = "")
    {
        string path = parent.Length == 0 ? Id : $"{parent}/{Id}";
        return Children.SelectMany(child => child.Walk(path)).Prepend((path, this));
    }

    IEnumerable<Problem> Check()
    {
        if (AssetName.Check(Id, Name) is { } bad) yield return bad;
        foreach (var child in Children.Where(child => child.Level <= Level))
            yield return new Problem($"{child.Level} '{child.Id}' below {Level} '{Id}'", "a lower level", "Order: enterprise, site, area, line, cell, device", Name);
        foreach (string twice in Children.GroupBy(child => child.Id).Where(same => same.Count() > 1).Select(same => same.Key))
            yield return new Problem($"identifier '{twice}' twice below '{Id}'", "siblings with different identifiers", Where: Name);
        foreach (string twice in AllSignals.GroupBy(signal => signal.Id).Where(same => same.Count() > 1).Select(same => same.Key))
            yield return new Problem($"signal '{twice}' twice in '{Id}'", "signals with different identifiers", Where: Name);
        foreach (var signal in Signals)
        {
            if (AssetName.Check(signal.Id, signal.Name) is { } badSignal) yield return badSignal;
            if (!(signal.Low < signal.High)) yield return new Problem($"range {signal.Low} to {signal.High} of '{signal.Id}'", "low below high", Where: signal.Name);
        }
    }
}
