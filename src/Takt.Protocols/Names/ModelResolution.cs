using Takt.Protocols.Problems;

namespace Takt.Protocols.Names;

/// <summary>Which version a reference means among those there are: the one rule of the registry, the data plane and the pages.</summary>
public static class ModelResolution
{
    /// <summary>The number of the version, or null if there is no such alias or version.</summary>
    /// <param name="reference">A reference to this model.</param>
    /// <param name="versions">The model's version numbers, oldest first, at least one.</param>
    /// <param name="aliases">Version number by alias; each is among <paramref name="versions"/>.</param>
    public static int? NumberAmong(this ModelReference reference, IReadOnlyList<int> versions, IReadOnlyDictionary<string, int> aliases)
    {
        if (reference.Version is { } number) return versions.Contains(number) ? number : null;
        if (reference.Alias is { } alias) return aliases.TryGetValue(alias, out int named) ? named : null;
        return aliases.TryGetValue(ModelReference.DefaultAlias, out int champion) ? champion : versions[^1];
    }

    /// <summary>Says that there is no such model, with the nearest name there is.</summary>
    /// <param name="reference">What was asked for.</param>
    /// <param name="models">The names there are.</param>
    public static UnknownModelProblem UnknownModel(this ModelReference reference, IReadOnlyCollection<string> models) => new(reference.Name, models);

    /// <summary>Says that a model has no such alias or version, with what it has.</summary>
    /// <inheritdoc cref="NumberAmong"/>
    public static Problem UnknownVersion(this ModelReference reference, IReadOnlyList<int> versions, IReadOnlyDictionary<string, int> aliases) =>
        reference.Alias is not { } alias
            ? new($"model '{reference.Name}' has no version {reference.Version}", WayOut: $"It has: {string.Join(", ", versions)}")
            : new($"model '{reference.Name}' has no alias '{alias}'", WayOut: aliases.Count == 0
                ? $"It has no aliases: name a version, as in {reference.Name}:{versions[^1]}"
                : NearestName.Suggest(alias, [.. aliases.Keys.Order(StringComparer.Ordinal)]));
}
