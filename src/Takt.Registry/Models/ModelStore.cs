using Dapper;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;
using Takt.Registry.Deployments;
using Takt.Registry.Packages;

namespace Takt.Registry.Models;

/// <summary>The models and their versions.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="packages">Where their packages are.</param>
/// <param name="aliases">Their aliases.</param>
/// <param name="clock">The time.</param>
public sealed class ModelStore(RegistryDatabase database, PackageStore packages, AliasStore aliases, TimeProvider clock)
{
    internal const string Columns = "name, number, package_sha256, package_bytes, run_id, task, target, metric_name, metric_value, card, metrics, created_at";

    /// <summary>Between storing a package and registering it lie milliseconds; an hour says that its process is gone.</summary>
    static readonly TimeSpan LongestRegistration = TimeSpan.FromHours(1);

    /// <summary>
    /// Registers a package as the next version of a model. The package is stored first; then version, run and aliases are written in one transaction.
    /// Killed anywhere in between, the registry is as it was, with at most a package that nothing refers to; a later start removes that.
    /// </summary>
    /// <param name="version">What it brings along.</param>
    /// <param name="packageFile">The package; it stays where it is.</param>
    /// <param name="stop">Ends it early, before anything is registered.</param>
    /// <exception cref="InputException">A name breaks the rules.</exception>
    /// <exception cref="IOException">Package or version could not be written, for example because the disk is full; nothing is registered.</exception>
    public async Task<ModelVersion> RegisterAsync(NewVersion version, string packageFile, CancellationToken stop)
    {
        ResourceName.Check(version.Name, "model name");
        foreach (string alias in version.Aliases) ResourceName.Check(alias, "alias");
        while (true)
        {
            var stored = await packages.AddAsync(packageFile, stop);
            if (Register(version, stored) is { } added) return added;
            // Between the two another process deleted the last version with this very package, and the file with it: store it again.
        }
    }

    /// <summary>The transaction: finishes the run, adds the version, moves the aliases. Null, and nothing changed, where the package is gone.</summary>
    ModelVersion? Register(NewVersion version, StoredPackage stored) =>
        database.Write((db, transaction) =>
        {
            if (!packages.Has(stored.Sha256)) return null;   // asked under the write lock, which whoever deletes packages holds too
            var now = clock.GetUtcNow();
            if (version.Run is { } run && 0 ==
                db.Execute("update run set status = 'finished', task = @task, data_sha256 = @DataSha256, record = @Record, ended_at = @now where id = @Id",
                    new { run.Id, run.DataSha256, run.Record, task = version.Task, now }, transaction))
                throw new InvalidOperationException($"The registry knows no run '{run.Id}'; expected one that was begun. Nothing was registered.");
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

    /// <summary>All models, by name.</summary>
    public IReadOnlyList<Model> List() => List("true", parameters: null);

    /// <summary>The models whose name meets a condition, versions and aliases of one moment.</summary>
    List<Model> List(string condition, object? parameters) => database.ReadMoment((db, moment) =>
    {
        var versions = db.Query<ModelVersion>($"select {Columns} from model_version where deleted_at is null and {condition} order by name, number", parameters, moment);
        var named = db.Query<(string Name, string Alias, int Number)>($"select name, alias, number from alias where {condition} order by alias", parameters, moment)
            .ToLookup(a => a.Name, a => (a.Alias, a.Number));
        return versions.GroupBy(v => v.Name).Select(g => new Model(g.Key, [.. g], named[g.Key].ToDictionary(a => a.Alias, a => a.Number))).ToList();
    });

    /// <summary>A model.</summary>
    /// <exception cref="InputException">There is none of that name; the nearest is suggested.</exception>
    public Model Get(string name)
    {
        if (List("name = @name", new { name }) is [var model]) return model;
        var names = database.Read<string>("select distinct name from model_version where deleted_at is null order by name");
        throw new InputException(new ModelReference(name).UnknownModel(names));
    }

    /// <summary>The version that a reference means: its number, its alias, or for a bare name the champion, else the newest.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public ModelVersion Resolve(ModelReference reference)
    {
        var model = Get(reference.Name);
        int[] numbers = [.. model.Versions.Select(v => v.Number)];
        return reference.NumberAmong(numbers, model.Aliases) is { } number
            ? model.Versions.First(v => v.Number == number)
            : throw new InputException(reference.UnknownVersion(numbers, model.Aliases));
    }

    /// <summary>Deletes a version, and its package if no other version has the same.</summary>
    /// <exception cref="InputException">There is no such version, an alias points to it, or a deployment names it.</exception>
    public void Delete(string name, int number)
    {
        var version = Resolve(new ModelReference(name, Version: number));
        database.Write((db, transaction) =>
        {
            if (db.QueryFirstOrDefault<string>("select alias from alias where name = @name and number = @number", new { name, number }, transaction) is { } alias)
                throw new InputException($"'{alias}' points to {name}:{number}", "a version without alias", $"Promote another version to '{alias}' first");
            bool isLast = db.ExecuteScalar<int>("select count(*) from model_version where name = @name and deleted_at is null", new { name }, transaction) == 1;
            NamedVersions.Check(db, transaction, new ModelReference(name, Version: number), isLast);
            return db.Execute("update model_version set deleted_at = @now where name = @name and number = @number and deleted_at is null",
                new { name, number, now = clock.GetUtcNow() }, transaction);
        });
        RemoveUnused([version.PackageSha256]);
    }

    /// <summary>
    /// Removes packages that no version refers to: what a process left that was killed between storing a package and registering it, or between deleting a
    /// version and its package. Young ones are left alone: their writer is likely about to register them.
    /// </summary>
    internal void RemoveAbandonedPackages()
    {
        var old = packages.Stored(LongestRegistration);
        if (old.Count == 0) return;
        var used = database.Read<string>("select distinct package_sha256 from model_version where deleted_at is null").ToHashSet();
        try
        {
            RemoveUnused([.. old.Where(p => !used.Contains(p))]);
        }
        catch (DatabaseBusyException)
        {
            // a later start removes them
        }
    }

    /// <summary>Removes those packages that no version refers to, under the write lock: nobody can register them meanwhile.</summary>
    void RemoveUnused(IReadOnlyList<string> hashes)
    {
        if (hashes.Count == 0) return;
        database.Write((db, transaction) =>
        {
            foreach (string sha256 in hashes)
                if (db.ExecuteScalar<int>("select count(*) from model_version where package_sha256 = @sha256 and deleted_at is null", new { sha256 }, transaction) == 0)
                    packages.Remove(sha256);
            return 0;
        });
    }

    /// <summary>A text that changes whenever a version or an alias changes, whoever changed it: one row read, and hardly anybody waited for.</summary>
    /// <exception cref="DatabaseBusyException">Another process has the database to itself.</exception>
    public string Stamp() => database.Glance<string>("select cast(changes as text) from catalog_stamp");
}
