using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Databases;

namespace Takt.Registry.Tests.Databases;

/// <summary>While another process holds the database: readers do not wait for it, and changes do so for a bounded time and then say what is wrong.</summary>
public sealed class LockTests : IAsyncLifetime
{
    /// <summary>Less than a writer would be waited for, so that who waits is found out.</summary>
    static readonly TimeSpan s_patience = RegistryDatabase.LongestWait / 2;

    readonly string _home = Directory.CreateTempSubdirectory("takt-lock-").FullName;

    public async Task InitializeAsync()
    {
        await Register.VersionAsync(ModelRegistry.Open(_home, TimeProvider.System), "one", aliases: ["champion"]);
        File.SetLastWriteTimeUtc(await AbandonAsync(), DateTime.UnixEpoch);
    }

    public Task DisposeAsync()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Nobody_who_reads_waits_for_a_writer()
    {
        await using var other = await HoldAsync("begin immediate", "insert into model values ('other', '2026-01-01T00:00:00.0000000Z')");
        await Task.Run(() =>
        {
            var registry = ModelRegistry.Open(_home, TimeProvider.System, TimeSpan.FromSeconds(1)); // opening changes nothing either, though there is a package to clear away
            Assert.Equal(1, registry.Models.Resolve(ModelReference.Parse("press")).Number);
            Assert.Throws<InputException>(() => registry.Models.Get("pres"));
            Assert.NotEmpty(registry.Models.Stamp());
            Assert.Empty(registry.Deployments.List());
            Assert.Empty(registry.Settings.Since(0));
            Assert.Equal(0, registry.Accounts.Stamp());
            Assert.True(registry.Audit.Verify().IsWhole);
        }).WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_change_waits_and_then_says_what_is_wrong()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System, TimeSpan.FromSeconds(1));
        await using (var other = await HoldAsync("begin immediate"))
        {
            var busy = await Task.Run(() => Assert.Throws<DatabaseBusyException>(() => registry.Aliases.Move("press", "best", 1))).WaitAsync(s_patience);
            Assert.Contains("held", busy.Problem.Found);
            Assert.Contains("for more than 1 s, so that nothing was changed", busy.Problem.Found);
            Assert.NotNull(busy.Problem.Expected);
            Assert.Contains("then try again", busy.Problem.WayOut);
        }

        registry.Aliases.Move("press", "best", 1);
        Assert.Equal(1, registry.Models.Get("press").Aliases["best"]);
    }

    [Fact]
    public async Task Who_has_the_file_to_itself_is_told_of_at_once()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        SqliteConnection.ClearAllPools();   // an open connection keeps others from having the file to themselves
        await using (var other = await HoldAsync("pragma locking_mode = exclusive", "begin exclusive"))
        {
            await Task.Run(() =>
            {
                var busy = Assert.Throws<DatabaseBusyException>(() => registry.Models.Stamp());
                Assert.Contains("to itself, so that nothing can be read", busy.Problem.Found);
                Assert.Throws<DatabaseBusyException>(() => registry.Accounts.Stamp());
                Assert.Throws<DatabaseBusyException>(() => registry.Models.Get("pres"));
            }).WaitAsync(s_patience);
        }

        Assert.Equal("press", registry.Models.Get("press").Name);
    }

    /// <summary>As another process has it.</summary>
    async Task<SqliteConnection> HoldAsync(params string[] statements)
    {
        var other = new SqliteConnection($"Data Source={Path.Combine(_home, "registry.db")};Pooling=false");
        await other.OpenAsync();
        SqlFunctions.AddTo(other, TimeProvider.System);
        foreach (string statement in statements) await other.ExecuteAsync(statement);
        return other;
    }

    /// <summary>What a process leaves that was killed before it registered its package.</summary>
    async Task<string> AbandonAsync()
    {
        string source = Path.Combine(_home, "abandoned.source");
        await File.WriteAllTextAsync(source, "abandoned");
        var packages = ModelRegistry.Open(_home, TimeProvider.System).Packages;
        return packages.PathOf((await packages.AddAsync(source, CancellationToken.None)).Sha256);
    }
}
