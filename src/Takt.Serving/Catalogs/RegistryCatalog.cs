using Takt.Registry;
using Takt.Registry.Audits;

namespace Takt.Serving.Catalogs;

/// <summary>The registry as the data plane's catalog.</summary>
/// <param name="registry">The registry; other processes may write it too.</param>
public sealed class RegistryCatalog(ModelRegistry registry) : IModelCatalog
{
    /// <inheritdoc/>
    public Task<CatalogState> ReadAsync(CancellationToken stop)
    {
        string stamp = registry.Models.Stamp(); // first: a change between the two reads makes the next look differ
        var deployments = registry.Deployments.List().ToDictionary(d => d.Model);
        return Task.FromResult(new CatalogState(stamp,
        [
            .. registry.Models.List().Select(m => new CatalogModel(
                m.Name, [.. m.Versions.Select(v => new CatalogVersion(v.Number, registry.Packages.PathOf(v.PackageSha256)))], m.Aliases)
            {
                Deployment = deployments.GetValueOrDefault(m.Name)?.Spec,
                Revision = deployments.GetValueOrDefault(m.Name)?.Revision ?? 0,
                ChangedAt = deployments.GetValueOrDefault(m.Name)?.ChangedAt,
            }),
        ]));
    }

    /// <inheritdoc/>
    public Task<string> StampAsync(CancellationToken stop) => Task.FromResult(registry.Models.Stamp());

    /// <inheritdoc/>
    public Task NoteFailureAsync(string model, int version, string reason) => Task.Run(() =>
    {
        Actor.Set(Actor.System); // loading is the server's own work, whoever asked for the version
        registry.Audit.NoteLoadFailure(model, version, reason);
    });
}
