using Takt.Protocols.Names;
using Takt.Protocols.Problems;

namespace Takt.Serving.Catalogs;

/// <summary>Which version a reference means.</summary>
static class Resolving
{
    /// <summary>The version, or null if there is no such model, alias or version.</summary>
    public static CatalogVersion? Find(this CatalogState state, ModelReference reference) =>
        state.Find(reference.Name)?.Version(reference);

    /// <summary>The version of this model that a reference means, or null if there is no such alias or version.</summary>
    public static CatalogVersion? Version(this CatalogModel model, ModelReference reference) =>
        reference.NumberAmong(model.Numbers(), model.Aliases) is { } number ? model.Versions.First(v => v.Number == number) : null;

    /// <summary>Why <see cref="Find(CatalogState, ModelReference)"/> found nothing, with the nearest name there is.</summary>
    public static UnknownModelException NotFound(this CatalogState state, ModelReference reference) => new(state.Find(reference.Name) is { } model
        ? reference.UnknownVersion(model.Numbers(), model.Aliases)
        : reference.UnknownModel([.. state.Models.Select(m => m.Name)]));

    internal static CatalogModel? Find(this CatalogState state, string name) => state.Models.FirstOrDefault(m => m.Name == name);

    static int[] Numbers(this CatalogModel model) => [.. model.Versions.Select(v => v.Number)];
}

/// <summary>There is no such model, alias or version. The doors answer it with 404.</summary>
public sealed class UnknownModelException(Problem problem) : InputException(problem);

/// <summary>The version is there but cannot answer: its package does not load, or it is not to be served. The doors answer it with 503.</summary>
/// <param name="problems">Why it cannot.</param>
/// <param name="inner">What the backend threw; null = nothing.</param>
public sealed class ModelUnavailableException(IReadOnlyList<Problem> problems, Exception? inner) : Exception(string.Join(Environment.NewLine, problems), inner)
{
    /// <summary>Why it cannot.</summary>
    public IReadOnlyList<Problem> Problems { get; } = problems;
}
