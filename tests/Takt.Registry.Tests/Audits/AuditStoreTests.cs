using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Problems;
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

        Forge(forgery);
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

        Assert.Equal([null, 1, 2, 1, 2, 1], times.Select(t => registry.Audit.LiveAt("press", t - TimeSpan.FromTicks(1)).Version));
    }

    [Fact]
    public async Task Under_a_deployment_it_says_who_answered_with_which_share_by_which_rule_and_when_nobody_did()
    {
        var clock = new StepClock();
        var registry = ModelRegistry.Open(_home, clock);
        foreach (string content in (string[])["a", "b", "c"]) await Register.VersionAsync(registry, content);
        registry.Aliases.Move("press", "champion", 3);
        var steps = new List<DateTimeOffset>();
        Then(() => registry.Deployments.Set("press", new() { Traffic = [new("1")] }));
        Then(() => registry.Aliases.Move("press", "champion", 2));   // the traffic does not follow it
        Then(() => registry.Deployments.Set("press", new() { Traffic = [new("champion", 3), new("3", 1), new("1", 0)], SplitBy = "station", Rules = [new(new Dictionary<string, string> { ["recipe"] = "steel" }, "1")] }));
        Then(() => registry.Aliases.Move("press", "champion", 1));
        Then(() => registry.Deployments.SetActive("press", false));
        Then(() => registry.Deployments.SetActive("press", true));
        Then(() => registry.Deployments.Promote("press", 3));
        Then(() => registry.Deployments.Set("press", null));

        Assert.Equal(
        [
            "3", "1", "1", "2: 0.75, 3: 0.25 by station, steel: 1", "1: 0.75, 3: 0.25 by station, steel: 1", "stopped",
            "1: 0.75, 3: 0.25 by station, steel: 1", "3: 1, steel: 1", "3",
        ], [Told(steps[0]), .. steps.Select(s => Told(s + TimeSpan.FromHours(0.5)))]);
        Assert.Equal([null, 1, 1, 2, 2, 3, 4, 5, 6], [registry.Audit.LiveAt("press", steps[0]).Revision, .. steps.Select(s => registry.Audit.LiveAt("press", s + TimeSpan.FromHours(0.5)).Revision)]);
        Assert.Null(registry.Audit.LiveAt("nobody", clock.GetUtcNow()).Version);

        void Then(Action change)
        {
            steps.Add(clock.GetUtcNow() + TimeSpan.FromHours(0.5));   // still as before; the change comes with the next full hour
            clock.Next();
            change();
        }

        string Told(DateTimeOffset at)
        {
            var live = registry.Audit.LiveAt("press", at);
            return live.Stopped ? "stopped" : live.Version is { } alone ? $"{alone}" : string.Join(", ",
                [$"{string.Join(", ", live.Answering.Select(a => FormattableString.Invariant($"{a.Version}: {a.Share}")))}{(live.SplitBy is null ? "" : $" by {live.SplitBy}")}", .. live.Rules.Select(r => $"{r.When["recipe"]}: {r.Version}")]);
        }
    }

    [Theory]
    [InlineData("update deployment set spec = replace(spec, '\"To\":\"1\"', '\"To\":\"2\"') where revision = 1", 5L, null)]
    [InlineData("update deployment set spec = null where revision = 1", 5L, null)]
    [InlineData("delete from deployment where revision = 1", 5L, null)]
    [InlineData("update alias_move set to_number = 2", 4L, null)]
    [InlineData("update alias_move set moved_at = '2020-01-01T00:00:00.0000000Z'", 4L, null)]
    [InlineData("update model_version set package_sha256 = 'ff' where number = 2", 2L, null)]
    [InlineData("insert into deployment select model, 9, spec, changed_at from deployment", null, "deployment press: revision 9")]
    [InlineData("insert into alias_move (name, alias, from_number, to_number, moved_at) values ('press', 'champion', 1, 2, '2026-03-01T00:00:00.0000000Z')", null, "alias-moved press@champion: 1 to 2")]
    public async Task What_is_altered_behind_the_registrys_back_fits_no_entry(string forgery, long? brokenAt, string? unnoted)
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        foreach (string content in (string[])["a", "b", "c"]) await Register.VersionAsync(registry, content);
        registry.Aliases.Move("press", "champion", 1);
        registry.Deployments.Set("press", new() { Traffic = [new("1")] });
        Assert.True(registry.Audit.Verify().IsWhole);
        Forge(forgery.Replace("\"To\"", "\"to\"", StringComparison.Ordinal));

        var report = registry.Audit.Verify();
        Assert.Equal((false, brokenAt), (report.IsWhole, report.BrokenAt));
        if (unnoted is not null) Assert.StartsWith(unnoted, report.Unnoted);
        if (brokenAt == 5) Assert.Contains("changed behind the registry's back", Assert.Throws<InputException>(() => registry.Audit.LiveAt("press", TimeProvider.System.GetUtcNow())).Message);
        else Assert.Equal(1, registry.Audit.LiveAt("press", TimeProvider.System.GetUtcNow()).Version);   // the audit is believed, not the tables
    }

    /// <summary>Changes the database as somebody does who has its file.</summary>
    void Forge(string sql)
    {
        using var db = new SqliteConnection($"Data Source={Path.Combine(_home, "registry.db")};Pooling=false;Foreign Keys=false");
        db.Open();
        foreach (string trigger in db.Query<string>("select name from sqlite_master where type = 'trigger'").ToList()) db.Execute($"drop trigger {trigger}");
        db.Execute(sql);
    }

    /// <summary>Moves on only when told.</summary>
    sealed class StepClock : TimeProvider
    {
        DateTimeOffset _now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public DateTimeOffset Next() => _now += TimeSpan.FromHours(1);

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
