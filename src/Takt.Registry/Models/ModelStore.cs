using Dapper;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;
using Takt.Registry.Packages;

namespace Takt.Registry.Models;

/// <summary>The models and their versions.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="packages">Where their packages are.</param>
/// <param name="aliases">Their aliases.</param>
/// <param name="clock">The time.</param>
public sealed class ModelStore(RegistryDatabase database, PackageStore packages, AliasStore aliases, TimeProvider clock)
{
    const string Columns = "name, number, package_sha256, package_bytes, run_id, task, target, metric_name, metric_value, card, metrics, created_at";

    /// <summary>
    /// Registers a package as the next version of a model. The package is stored first; then version, run and aliases are written in one transaction.
    /// Killed anywhere in between, the registry is as it was, with at most a package that nothing refers to.
    /// </summary>
    /// <param name="version">What it brings along.</param>
    /// <param name="packageFile">The package; it stays where it is.</param>
    /// <param name="stop">Ends it early, before anything is registered.</param>
    public async Task<ModelVersion> RegisterAsync(NewVersion version, string packageFile, CancellationToken stop)
    {
        ResourceName.Check(version.Name, "model name");
        foreach (string alias in version.Aliases) ResourceName.Check(alias, "alias");
        var stored = await packages.AddAsync(packageFile, stop);
        return database.Write((db, transaction) =>
        {
            var now = clock.GetUtcNow();
            if (version.Run is { } run)
                db.Execute("update run set status = 'finished', task = @task, data_sha256 = @DataSha256, record = @Record, ended_at = @now where id = @Id",
                    new { run.Id, run.DataSha256, run.Record, task = version.Task, now }, transaction);
            db.Execute("insert into model (name, created_at) values (@Name, @now) on conflict do nothing", new { version.Name, now }, transaction);
            // Deleted versions keep their row, so that a number is never given twice.
            var added = db.QuerySingle<ModelVersion>($"""
                insert into model_version ({Columns})
                select @Name, coalesce(max(number), 0) + 1, @Sha256, @Bytes, @runId, @Task, @Target, @MetricName, @MetricValue, @Card, @Metrics, @now
                from model_version where name = @Name
                returning {Columns}
                """, new
            {
                version.Name, stored.Sha256, stored.Bytes, runId = version.Run?.Id, version.Task, version.Target,
                version.MetricName, version.MetricValue, version.Card, version.Metrics, now,
            }, transaction);
            foreach (string alias in version.Aliases) aliases.MoveIn(db, transaction, version.Name, alias, added.Number);
            return added;
        });
    }

    /// <summary>All models, by name.</summary>
    public IReadOnlyList<Model> List()
    {
        using var db = database.Connect();
        using var moment = db.BeginTransaction(deferred: true); // versions and aliases of one moment
        var versions = db.Query<ModelVersion>($"select {Columns} from model_version where deleted_at is null order by name, number", transaction: moment);
        var named = db.Query<(string Name, string Alias, int Number)>("select name, alias, number from alias order by alias", transaction: moment)
            .ToLookup(a => a.Name, a => (a.Alias, a.Number));
        return [.. versions.GroupBy(v => v.Name).Select(g => new Model(g.Key, [.. g], named[g.Key].ToDictionary(a => a.Alias, a => a.Number)))];
    }

    /// <summary>A model.</summary>
    /// <exception cref="InputException">There is none of that name; the nearest is suggested.</exception>
    public Model Get(string name)
    {
        var all = List();
        return all.FirstOrDefault(m => m.Name == name) ?? throw new InputException($"no model '{name}'",
            wayOut: all.Count == 0 ? "No model is registered yet: train one with 'takt train'" : NearestName.Suggest(name, [.. all.Select(m => m.Name)]));
    }

    /// <summary>The version that a reference means: its number, its alias, or for a bare name the champion, else the newest.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public ModelVersion Resolve(ModelReference reference)
    {
        var model = Get(reference.Name);
        if (reference.Alias is { } alias && !model.Aliases.ContainsKey(alias))
            throw new InputException($"model '{model.Name}' has no alias '{alias}'",
                wayOut: model.Aliases.Count == 0 ? $"Give it one: takt models promote {model.Name}:{model.Versions[^1].Number} {alias}" : NearestName.Suggest(alias, [.. model.Aliases.Keys]));
        int? number = reference.Version
            ?? (reference.Alias is { } named ? model.Aliases[named]
            : model.Aliases.TryGetValue(ModelReference.DefaultAlias, out int champion) ? champion : model.Versions[^1].Number);
        return model.Versions.FirstOrDefault(v => v.Number == number)
            ?? throw new InputException($"model '{model.Name}' has no version {number}", wayOut: $"It has: {string.Join(", ", model.Versions.Select(v => v.Number))}");
    }

    /// <summary>Deletes a version, and its package if no other version has the same.</summary>
    /// <exception cref="InputException">There is no such version, or an alias points to it.</exception>
    public void Delete(string name, int number)
    {
        var version = Resolve(new ModelReference(name, Version: number));
        bool orphaned = database.Write((db, transaction) =>
        {
            if (db.QueryFirstOrDefault<string>("select alias from alias where name = @name and number = @number", new { name, number }, transaction) is { } alias)
                throw new InputException($"'{alias}' points to {name}:{number}", "a version without alias", $"Promote another version to '{alias}' first");
            db.Execute("update model_version set deleted_at = @now where name = @name and number = @number", new { name, number, now = clock.GetUtcNow() }, transaction);
            return db.ExecuteScalar<int>("select count(*) from model_version where package_sha256 = @PackageSha256 and deleted_at is null", new { version.PackageSha256 }, transaction) == 0;
        });
        if (orphaned) packages.Remove(version.PackageSha256);
    }

    /// <summary>A text that changes whenever a version or an alias changes, whoever changed it: one row read.</summary>
    public string Stamp() => database.Read<string>("select cast(changes as text) from catalog_stamp")[0];
}
