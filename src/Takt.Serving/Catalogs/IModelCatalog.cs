using Takt.Protocols.Deployments;

namespace Takt.Serving.Catalogs;

/// <summary>Where the data plane learns which models there are. The registry is one; tests bring one in memory.</summary>
public interface IModelCatalog
{
    /// <summary>Everything that can be served now, with the stamp of that state.</summary>
    Task<CatalogState> ReadAsync(CancellationToken stop);

    /// <summary>A text that changes whenever a model, version or alias changes, whoever changed it. Asked about once a second, so it must be cheap.</summary>
    Task<string> StampAsync(CancellationToken stop);

    /// <summary>Told when a version that the catalog wants does not load, so that it can be looked up later what was wanted and was not. Unless it is kept, nothing happens.</summary>
    /// <param name="model">The model.</param>
    /// <param name="version">The version's number.</param>
    /// <param name="reason">Why.</param>
    Task NoteFailureAsync(string model, int version, string reason) => Task.CompletedTask;
}

/// <summary>What can be served at one moment.</summary>
/// <param name="Stamp">The stamp of this moment; see <see cref="IModelCatalog.StampAsync"/>.</param>
/// <param name="Models">Every model with at least one version.</param>
public sealed record CatalogState(string Stamp, IReadOnlyList<CatalogModel> Models);

/// <summary>A model that can be served.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Versions">Its versions, oldest first, at least one.</param>
/// <param name="Aliases">Version number by alias.</param>
public sealed record CatalogModel(string Name, IReadOnlyList<CatalogVersion> Versions, IReadOnlyDictionary<string, int> Aliases)
{
    /// <summary>How it is to be served; null = nothing was said, it is served on demand.</summary>
    public DeploymentSpec? Deployment { get; init; }

    /// <summary>How often that wish has changed; 0 = it was never said.</summary>
    public int Revision { get; init; }

    /// <summary>When it last changed; null = never.</summary>
    public DateTimeOffset? ChangedAt { get; init; }
}

/// <summary>A version of a model.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="PackagePath">Its package file. Packages never change; another path is another package.</param>
public sealed record CatalogVersion(int Number, string PackagePath);
