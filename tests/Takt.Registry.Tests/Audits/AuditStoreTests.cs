using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Registry.Audits;

namespace Takt.Registry.Tests.Audits;

public sealed class AuditStoreTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-audit-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public async Task Every_change_names_who_made_it_and_is_linked_to_the_one_before()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        Actor.Set("user:anna");
        await Register.VersionAsync(registry, "a");
        Actor.Set("key:k1");
        registry.Aliases.Move("press", "champion", 1);
        registry.Audit.Add("sign-in-refused", "bob", "schlüssel 🔑 \"x\"\n|");

        var entries = registry.Audit.List();
        Assert.Equal([("sign-in-refused", "bob", "key:k1"), ("alias-moved", "press@champion", "key:k1"), ("version-added", "press:1", "user:anna")],
            entries.Select(e => (e.Kind, e.Subject, e.Actor)));
        Assert.Equal(entries[1].Hash, entries[0].Previous);
        Assert.Equal("", entries[2].Previous);
        Assert.Equal(new AuditReport(3, entries[0].Hash, null), registry.Audit.Verify());
        Assert.Equal([2L, 1], registry.Audit.List(subject: "press").Select(e => e.Id));
    }

    [Theory]
    [InlineData("update event set detail = '9 to 9' where id = 2", 2)]
    [InlineData("update audit_link set actor = 'user:eve' where event_id = 3", 3)]
    [InlineData("delete from audit_link where event_id = 2; delete from event where id = 2", 3)]
    [InlineData("delete from audit_link where event_id = 1", 1)]
    [InlineData("insert into event (id, at, kind, subject) values (99, '2026-01-01', 'forged', 'x')", 99)]
    public async Task A_change_made_behind_the_triggers_is_found(string forgery, long brokenAt)
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        for (int i = 0; i < 4; i++) await Register.VersionAsync(registry, $"{i}");

        using (var db = new SqliteConnection($"Data Source={Path.Combine(_home, "registry.db")};Pooling=false;Foreign Keys=false"))
        {
            db.Open();
            foreach (string trigger in db.Query<string>("select name from sqlite_master where type = 'trigger'").ToList()) db.Execute($"drop trigger {trigger}");
            db.Execute(forgery);
        }

        Assert.Equal(brokenAt, registry.Audit.Verify().BrokenAt);
    }

    [Fact]
    public async Task The_audit_itself_can_neither_be_changed_nor_emptied()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "a");
        using var db = new SqliteConnection($"Data Source={Path.Combine(_home, "registry.db")};Pooling=false");
        db.Open();
        Assert.Contains("the audit never changes", Assert.Throws<SqliteException>(() => db.Execute("update audit_link set actor = 'x'")).Message);
        Assert.Contains("the audit never vanishes", Assert.Throws<SqliteException>(() => db.Execute("delete from audit_link")).Message);
    }

    [Fact]
    public async Task It_says_which_version_was_live_at_any_time()
    {
        var clock = new StepClock();
        var registry = ModelRegistry.Open(_home, clock);
        var times = new List<DateTimeOffset> { clock.Next() };
        await Register.VersionAsync(registry, "a");
        times.Add(clock.Next());
        await Register.VersionAsync(registry, "b");
        times.Add(clock.Next());
        registry.Aliases.Move("press", "champion", 1);
        times.Add(clock.Next());
        registry.Aliases.Move("press", "champion", 2);
        times.Add(clock.Next());
        registry.Aliases.Remove("press", "champion");
        registry.Models.Delete("press", 2);
        times.Add(clock.Next());

        Assert.Equal([null, 1, 2, 1, 2, 1], times.Select(t => registry.Audit.LiveAt("press", t - TimeSpan.FromTicks(1))));
    }

    /// <summary>Moves on only when told.</summary>
    sealed class StepClock : TimeProvider
    {
        DateTimeOffset _now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public DateTimeOffset Next() => _now += TimeSpan.FromHours(1);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
