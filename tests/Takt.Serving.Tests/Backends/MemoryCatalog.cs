using System.Globalization;
using Takt.Protocols.Deployments;
using Takt.Serving.Catalogs;

namespace Takt.Tests.Serving;

/// <summary>A catalog that a test writes by hand.</summary>
sealed class MemoryCatalog : IModelCatalog
{
    readonly Lock _gate = new();
    readonly SortedDictionary<string, (List<CatalogVersion> Versions, Dictionary<string, int> Aliases)> _models = new(StringComparer.Ordinal);
    readonly Dictionary<string, (DeploymentSpec? Spec, int Revision)> _deployments = [];
    int _stamp;

    public Exception? Failure { get; set; }

    public MemoryCatalog Add(string model, int version, string package) => Change(() => Of(model).Versions.Add(new CatalogVersion(version, package)));

    public MemoryCatalog Alias(string model, string alias, int version) => Change(() => Of(model).Aliases[alias] = version);

    /// <summary>Says how a model is to be served; null = on demand.</summary>
    public MemoryCatalog Deploy(string model, DeploymentSpec? spec) => Change(() => _deployments[model] = (spec, _deployments.GetValueOrDefault(model).Revision + 1));

    public MemoryCatalog Remove(string model, int version) => Change(() =>
    {
        Of(model).Versions.RemoveAll(v => v.Number == version);
        if (Of(model).Versions.Count == 0) _models.Remove(model);
    });

    public Task<CatalogState> ReadAsync(CancellationToken stop)
    {
        lock (_gate)
        {
            if (Failure is { } failure) return Task.FromException<CatalogState>(failure);
            return Task.FromResult(new CatalogState(Stamp,
                [.. _models.Select(m => new CatalogModel(m.Key, [.. m.Value.Versions.OrderBy(v => v.Number)], new Dictionary<string, int>(m.Value.Aliases))
                {
                    Deployment = _deployments.GetValueOrDefault(m.Key).Spec,
                    Revision = _deployments.GetValueOrDefault(m.Key).Revision,
                })]));
        }
    }

    public Task<string> StampAsync(CancellationToken stop)
    {
        lock (_gate) return Failure is { } failure ? Task.FromException<string>(failure) : Task.FromResult(Stamp);
    }

    string Stamp => _stamp.ToString(CultureInfo.InvariantCulture);

    (List<CatalogVersion> Versions, Dictionary<string, int> Aliases) Of(string model)
    {
        if (!_models.TryGetValue(model, out var found)) _models.Add(model, found = ([], []));
        return found;
    }

    MemoryCatalog Change(Action change)
    {
        lock (_gate)
        {
            change();
            _stamp++;
        }

        return this;
    }
}
