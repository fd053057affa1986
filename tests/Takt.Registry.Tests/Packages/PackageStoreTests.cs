using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Problems;
using Takt.Registry.Models;
using Takt.Registry.Packages;

namespace Takt.Registry.Tests.Packages;

public sealed class PackageStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-packages-").FullName;
    readonly MovableClock _clock = new();

    string Folder => Path.Combine(_home, "packages");

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task A_package_is_kept_under_its_own_hash_and_verified_against_it()
    {
        var store = new PackageStore(_home, _clock);
        var stored = await AddAsync(store, "content");

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("content"))), stored.Sha256);
        Assert.Equal(7, stored.Bytes);
        await store.VerifyAsync(stored.Sha256, CancellationToken.None);

        await File.WriteAllTextAsync(store.PathOf(stored.Sha256), "changed");
        var damaged = await Assert.ThrowsAsync<InputException>(() => store.VerifyAsync(stored.Sha256, CancellationToken.None));
        Assert.Contains("changed or damaged", damaged.Message);
        await AddAsync(store, "content");   // storing it again mends it
        await store.VerifyAsync(stored.Sha256, CancellationToken.None);
        await Assert.ThrowsAsync<InputException>(() => store.VerifyAsync(new string('0', 64), CancellationToken.None));
    }

    [Fact]
    public async Task Copying_that_is_stopped_leaves_nothing()
    {
        var store = new PackageStore(_home, _clock);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => AddAsync(store, "content", new CancellationToken(canceled: true)));
        Assert.Empty(Directory.EnumerateFiles(Folder));
    }

    [Fact]
    public void What_a_killed_process_left_is_removed_at_start_and_what_a_living_one_writes_is_not()
    {
        Directory.CreateDirectory(Folder);
        string dead = Path.Combine(Folder, "dead.incoming"), alive = Path.Combine(Folder, "alive.incoming"), young = Path.Combine(Folder, "young.incoming");
        File.WriteAllText(dead, "half");
        using var writer = new FileStream(alive, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        _clock.Move(TimeSpan.FromMinutes(2));
        File.WriteAllText(young, "half");
        File.SetLastWriteTimeUtc(young, _clock.GetUtcNow().UtcDateTime);

        ModelRegistry.Open(_home, _clock);

        Assert.Equal([alive, young], Directory.EnumerateFiles(Folder).Order());
    }

    [Fact]
    public async Task A_package_that_was_stored_but_never_registered_is_removed_at_a_later_start()
    {
        var registry = ModelRegistry.Open(_home, _clock);
        var orphan = await AddAsync(registry.Packages, "orphan");      // as if killed before the transaction
        var kept = await Register.VersionAsync(registry, "kept");
        ModelRegistry.Open(_home, _clock);
        Assert.True(registry.Packages.Has(orphan.Sha256));             // young: its writer may be about to register it

        _clock.Move(TimeSpan.FromHours(2));
        ModelRegistry.Open(_home, _clock);
        Assert.Equal((false, true), (registry.Packages.Has(orphan.Sha256), registry.Packages.Has(kept.PackageSha256)));
    }

    [Fact]
    public async Task A_package_stays_while_any_version_has_it()
    {
        var registry = ModelRegistry.Open(_home, _clock);
        var one = await Register.VersionAsync(registry, "same");
        await Register.VersionAsync(registry, "same", name: "other");

        registry.Models.Delete("press", one.Number);
        Assert.True(registry.Packages.Has(one.PackageSha256));
        registry.Models.Delete("other", 1);
        Assert.False(registry.Packages.Has(one.PackageSha256));
    }

    [Fact]
    public async Task Registering_and_deleting_the_same_package_from_many_threads_never_loses_one_that_is_needed()
    {
        var registry = ModelRegistry.Open(_home, _clock);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(t => Task.Run(async () =>
        {
            for (int i = 0; i < 15; i++)
            {
                var version = await Register.VersionAsync(registry, "same", name: $"press-{t}");
                if (i % 3 != 2) registry.Models.Delete(version.Name, version.Number);
            }
        })));

        await Processes.WholeRegistry.AssertAsync(_home);
        Assert.Equal(4 * 5, registry.Models.List().Sum(m => m.Versions.Count));
    }

    [Fact]
    public async Task A_package_deleted_by_another_process_between_storing_and_registering_is_stored_again()
    {
        var registry = ModelRegistry.Open(_home, _clock);
        using var other = new SqliteConnection($"Data Source={Path.Combine(_home, "registry.db")};Pooling=false");
        other.Open();
        using (var holdsTheLock = other.BeginTransaction(deferred: false))
        {
            var registering = Task.Run(() => Register.VersionAsync(registry, "content"));
            string[] stored;
            while ((stored = Directory.Exists(Folder) ? Directory.GetFiles(Folder, "*.takt") : []).Length == 0) await Task.Delay(5);
            File.Delete(stored[0]);
            holdsTheLock.Rollback();
            await registering;
        }

        await Processes.WholeRegistry.AssertAsync(_home);
        Assert.Single(registry.Models.Get("press").Versions);
    }

    async Task<StoredPackage> AddAsync(PackageStore store, string content, CancellationToken stop = default)
    {
        string file = Path.Combine(_home, "source");
        await File.WriteAllTextAsync(file, content, CancellationToken.None);
        return await store.AddAsync(file, stop);
    }

    sealed class MovableClock : TimeProvider
    {
        TimeSpan _moved;

        public void Move(TimeSpan by) => _moved += by;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _moved;
    }
}
