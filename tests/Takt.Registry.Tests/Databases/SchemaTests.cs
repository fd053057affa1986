using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Tests.Databases;

public sealed class SchemaTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-schema-").FullName;

    string File => Path.Combine(_home, "registry.db");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void A_database_of_the_first_schema_is_brought_up_to_date_and_keeps_what_it_holds()
    {
        using (var old = Raw())
        {
            old.Execute(Migration("001_first.sql"));
            old.Execute("""
                pragma user_version = 1;
                insert into model values ('press', '2026-01-01T00:00:00.0000000Z');
                insert into model_version values ('press', 1, 'aa', 10, null, 'classification', 'fault', null, null, '{}', '{}', '2026-01-01T00:00:00.0000000Z', null);
                insert into alias values ('press', 'champion', 1, '2026-01-02T00:00:00.0000000Z');
                insert into alias_move values (1, 'press', 'champion', null, 1, '2026-01-02T00:00:00.0000000Z');
                """);
        }

        var registry = ModelRegistry.Open(_home, TimeProvider.System);

        Assert.Equal(1, registry.Models.Resolve(ModelReference.Parse("press")).Number);
        Assert.Equal([("alias-moved", "press@champion", "none to 1"), ("version-added", "press:1", "aa")], registry.Audit.List().Select(e => (e.Kind, e.Subject, e.Detail!)));
    }

    [Fact]
    public void Deployments_from_before_their_hashes_were_noted_are_held_from_the_first_start_on()
    {
        using (var old = Raw())
        {
            // Only what the scripts up to the sixth need; their triggers run without Takt's functions once the tables are there.
            SqlFunctions.AddTo(old, TimeProvider.System);
            foreach (string script in (string[])["001_first.sql", "002_immutable_versions_and_events.sql", "003_access_and_audit.sql", "004_deployments.sql", "005_payload_capture.sql", "006_server_settings.sql"])
                old.Execute(Migration(script));
            old.Execute("""
                pragma user_version = 6;
                insert into model values ('press', '2026-01-01T00:00:00.0000000Z');
                insert into model_version values ('press', 1, 'aa', 10, null, 'classification', 'fault', null, null, '{}', '{}', '2026-01-01T00:00:00.0000000Z', null);
                insert into deployment values ('press', 1, '{"active":false}', '2026-01-02T00:00:00.0000000Z');
                insert into deployment values ('press', 2, null, '2026-01-03T00:00:00.0000000Z');
                """);
        }

        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        Assert.Equal([null, "stopped", "1"], ((int[])[1, 2, 3]).Select(day => registry.Audit.LiveAt("press", new DateTimeOffset(2026, 1, day, 0, 0, 0, TimeSpan.Zero).AddTicks(day == 1 ? -1 : 0)) is var live && live.Stopped ? "stopped" : live.Version?.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.True(registry.Audit.Verify().IsWhole);
        using (var db = Raw()) db.Execute("drop trigger deployment_never_changes; update deployment set spec = null where revision = 1");
        Assert.False(registry.Audit.Verify().IsWhole);
    }

    [Fact]
    public void A_database_of_a_newer_takt_is_refused_with_the_way_out_and_left_alone()
    {
        ModelRegistry.Open(_home, TimeProvider.System);
        using (var db = Raw()) db.Execute("pragma user_version = 999");

        var problem = Assert.Single(Assert.Throws<InputException>(() => ModelRegistry.Open(_home, TimeProvider.System)).Problems);
        Assert.Contains("schema 999", problem.Found);
        Assert.Contains("newer Takt", problem.WayOut);
        using var after = Raw();
        Assert.Equal(999, after.ExecuteScalar<int>("pragma user_version"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        System.IO.File.WriteAllText(File, "this is a note, not a database, and long enough to be looked at as one .......................................................");
        Assert.Contains("is not a Takt registry", Assert.Throws<InputException>(() => ModelRegistry.Open(_home, TimeProvider.System)).Message);
        Assert.StartsWith("this is a note", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public void Opening_from_many_threads_at_once_makes_the_schema_once()
    {
        Parallel.For(0, 8, _ => ModelRegistry.Open(_home, TimeProvider.System));
        using var db = Raw();
        Assert.Equal(1, db.ExecuteScalar<int>("select count(*) from catalog_stamp"));
        Assert.Equal("wal", db.ExecuteScalar<string>("pragma journal_mode"));
    }

    [Theory]
    [InlineData("update model_version set metrics = '{\"f1\":1}'", "a model version never changes")]
    [InlineData("update model_version set package_sha256 = 'bb'", "a model version never changes")]
    [InlineData("delete from model_version", "a model version never vanishes")]
    [InlineData("update event set kind = 'nothing'", "an event never changes")]
    [InlineData("delete from event", "an event never vanishes")]
    [InlineData("update deployment set spec = null", "a deployment is revised, never changed")]
    [InlineData("delete from deployment", "a deployment never vanishes")]
    [InlineData("update alias_move set to_number = 2", "a move of an alias never changes")]
    [InlineData("delete from alias_move", "a move of an alias never vanishes")]
    public async Task The_database_itself_keeps_versions_and_events_as_they_are(string sql, string sentence)
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "a");
        registry.Aliases.Move("press", "champion", 1);
        registry.Deployments.Set("press", new Takt.Protocols.Deployments.DeploymentSpec());
        using var db = Raw();
        Assert.Contains(sentence, Assert.Throws<SqliteException>(() => db.Execute(sql)).Message);
    }

    SqliteConnection Raw()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=false");
        connection.Open();
        return connection;
    }

    static string Migration(string name)
    {
        using var reader = new StreamReader(typeof(RegistryDatabase).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
