using Dapper;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Datasets;

/// <summary>One version of a dataset.</summary>
public sealed record Dataset
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its number, from 1.</summary>
    public int Version { get; init; }

    /// <summary>Hash of the file.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Rows in the file.</summary>
    public long Rows { get; init; }

    /// <summary>Columns with kind, unit and role, JSON.</summary>
    public required string Schema { get; init; }

    /// <summary>The file, as a full path.</summary>
    public required string Source { get; init; }

    /// <summary>When it was registered.</summary>
    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The datasets.</summary>
/// <param name="database">Where they are kept.</param>
/// <param name="clock">The time.</param>
public sealed class DatasetStore(RegistryDatabase database, TimeProvider clock)
{
    /// <summary>Registers a file; the same content under the same name is not registered again.</summary>
    public Dataset Add(string name, string sha256, long rows, string schema, string source)
    {
        ResourceName.Check(name, "dataset name");
        return database.Write((db, transaction) =>
            db.QueryFirstOrDefault<Dataset>("select * from dataset where name = @name and sha256 = @sha256", new { name, sha256 }, transaction)
            ?? db.QuerySingle<Dataset>("""
                insert into dataset (name, version, sha256, rows, schema, source, created_at)
                select @name, coalesce(max(version), 0) + 1, @sha256, @rows, @schema, @source, @now from dataset where name = @name
                returning *
                """, new { name, sha256, rows, schema, source, now = clock.GetUtcNow() }, transaction));
    }

    /// <summary>All datasets, by name and version.</summary>
    public IReadOnlyList<Dataset> List() => database.Read<Dataset>("select * from dataset order by name, version");

    /// <summary>The newest version of a dataset.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public Dataset Get(string name) =>
        database.Read<Dataset>("select * from dataset where name = @name order by version desc limit 1", new { name }) is [var newest] ? newest
        : throw new InputException($"no dataset '{name}'", wayOut: NearestName.Suggest(name, [.. List().Select(d => d.Name).Distinct()]));
}
