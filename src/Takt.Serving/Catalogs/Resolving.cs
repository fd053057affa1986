using Takt.Protocols.Names;
using Takt.Protocols.Problems;

namespace Takt.Serving.Catalogs;

/// <summary>Which version a reference means.</summary>
static class Resolving
{
    /// <summary>The version, or null if there is no such model, alias or version.</summary>
    public static CatalogVersion? Find(this CatalogState state, ModelReference reference)
    {
        if (state.Models.FirstOrDefault(m => m.Name == reference.Name) is not { } model) return null;
        if (reference.Version is { } number) return model.Find(number);
        if (reference.Alias is { } alias) return model.Aliases.TryGetValue(alias, out int named) ? model.Find(named) : null;
        return (model.Aliases.TryGetValue(ModelReference.DefaultAlias, out int champion) ? model.Find(champion) : null) ?? model.Versions[^1];
    }

    /// <summary>Why <see cref="Find(CatalogState, ModelReference)"/> found nothing, with the nearest name there is.</summary>
    public static UnknownModelException NotFound(this CatalogState state, ModelReference reference)
    {
        if (state.Models.FirstOrDefault(m => m.Name == reference.Name) is not { } model)
            return new UnknownModelException(new Problem($"no model '{reference.Name}'", WayOut: state.Models.Count == 0
                ? "No model is registered yet: train one with 'takt train'"
                : NearestName.Suggest(reference.Name, [.. state.Models.Select(m => m.Name)])));
        if (reference.Alias is { } alias)
            return new UnknownModelException(new Problem($"model '{model.Name}' has no alias '{alias}'", WayOut: model.Aliases.Count == 0
                ? "It has no aliases: name a version, as in " + Example(model)
                : NearestName.Suggest(alias, [.. model.Aliases.Keys.Order(StringComparer.Ordinal)])));
        return new UnknownModelException(new Problem($"model '{model.Name}' has no version {reference.Version}",
            WayOut: $"It has: {string.Join(", ", model.Versions.Select(v => v.Number))}"));
    }

    static CatalogVersion? Find(this CatalogModel model, int number) => model.Versions.FirstOrDefault(v => v.Number == number);

    static string Example(CatalogModel model) => new ModelReference(model.Name, Version: model.Versions[^1].Number).ToString();
}

/// <summary>There is no such model, alias or version. The doors answer it with 404.</summary>
public sealed class UnknownModelException(Problem problem) : InputException(problem);

/// <summary>The version is there but cannot answer: its package does not load. The doors answer it with 503.</summary>
/// <param name="problems">What is wrong with the package.</param>
/// <param name="inner">What the backend threw.</param>
public sealed class ModelUnavailableException(IReadOnlyList<Problem> problems, Exception inner) : Exception(string.Join(Environment.NewLine, problems), inner)
{
    /// <summary>What is wrong with the package.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
