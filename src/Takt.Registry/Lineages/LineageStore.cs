using Dapper;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;
using Takt.Registry.Datasets;
using Takt.Registry.Models;
using Takt.Registry.Runs;

namespace Takt.Registry.Lineages;

/// <summary>What a version was made of.</summary>
/// <param name="Version">The version.</param>
/// <param name="Run">The run that made it; null if it was imported.</param>
/// <param name="Datasets">The registered datasets whose content the run learned from (the same content may have several names); empty if none is registered.</param>
public sealed record Lineage(ModelVersion Version, Run? Run, IReadOnlyList<Dataset> Datasets);

/// <summary>The way back from a version to its run and its data. Content hashes link them, so that a renamed or moved file does not break the chain.</summary>
/// <param name="database">Where they are kept.</param>
public sealed class LineageStore(RegistryDatabase database)
{
    /// <summary>What a version was made of; for a deleted version too.</summary>
    /// <exception cref="InputException">There never was such a version.</exception>
    public Lineage Of(string name, int number) => database.ReadMoment((db, moment) =>
    {
        var version = db.QueryFirstOrDefault<ModelVersion>($"select {ModelStore.Columns} from model_version where name = @name and number = @number", new { name, number }, moment)
            ?? throw new InputException($"no version {number} of model '{name}'", wayOut: $"See 'takt models show {name}'");
        var run = version.RunId is null ? null : db.QuerySingle<Run>("select * from run where id = @RunId", new { version.RunId }, moment);
        var datasets = run?.DataSha256 is null ? [] : db.Query<Dataset>("select * from dataset where sha256 = @DataSha256 order by name, version", new { run.DataSha256 }, moment).AsList();
        return new Lineage(version, run, datasets);
    });

    /// <summary>The versions that learned from a content, by name and number: what to look at when data turns out to be wrong.</summary>
    /// <param name="dataSha256">Hash of the file.</param>
    public IReadOnlyList<ModelVersion> MadeFrom(string dataSha256) => database.Read<ModelVersion>($"""
        select {ModelStore.Columns} from model_version
        where deleted_at is null and run_id in (select id from run where data_sha256 = @dataSha256)
        order by name, number
        """, new { dataSha256 });
}
