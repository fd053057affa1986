using Dapper;
using Microsoft.Data.Sqlite;
using Takt.Protocols.Deployments;
using Takt.Protocols.Problems;
using Takt.Registry.Requests;

namespace Takt.Registry.Tests.Requests;

public sealed class RequestStoreTests : IDisposable
{
    static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly string _home = Directory.CreateTempSubdirectory("takt-requests-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public void What_was_written_is_read_back_newest_first_and_page_by_page()
    {
        var store = new RequestStore(_home, TimeProvider.System);
        var payload = new LoggedPayload("tensors", [1, 2, 3], [4], "the oven is cold", ["operator", "badge"]);
        store.Add([(Call(0) with { Version = 2, RequestId = "r-1", Rows = 3, QueueMs = 0.5, ComputeMs = 1.25, Payload = PayloadState.Kept, PayloadBytes = 36 }, payload)]);
        store.Add([.. Enumerable.Range(1, 9).Select(i => (Call(i), (LoggedPayload?)null))]);

        Assert.Equal([10, 9, 8, 7], store.List(new(), 4).Select(r => r.Id));
        Assert.Equal([6, 5, 4, 3, 2, 1], store.List(new(), 100, before: 7).Select(r => r.Id));
        var first = store.Find(1)!;
        Assert.Equal((Noon, 2, "r-1", 3, 1.75, PayloadState.Kept), (first.At, first.Version, first.RequestId, first.Rows, first.TotalMs, first.Payload));
        var kept = store.Payload(1)!;
        Assert.Equal(("tensors", "the oven is cold", "operator,badge"), (kept.Form, kept.Message, string.Join(',', kept.Redacted)));
        Assert.Equal([1, 2, 3, 4], [.. kept.Input, .. kept.Output!]);
        Assert.Null(store.Payload(2));
        Assert.Null(store.Find(11));
    }

    [Fact]
    public void Filters_add_up()
    {
        var store = new RequestStore(_home, TimeProvider.System);
        store.Add([
            (Call(0), null), (Call(1) with { Outcome = "queue_full", Version = 1 }, null), (Call(2) with { Outcome = "failed", Door = "grpc" }, null),
            (Call(3, "oven") with { Version = 1 }, null), (Call(4) with { Payload = PayloadState.Kept }, null), (Call(5) with { Payload = PayloadState.Kept, Shadow = true }, null)]);
        Assert.Equal([4], Of(new() { Models = ["oven", "kiln"] }));
        Assert.Empty(Of(new() { Models = [] }));
        Assert.Equal([4, 2], Of(new() { Version = 1 }));
        Assert.Equal([2], Of(new() { Version = 1, Models = ["press"] }));
        Assert.Equal([3, 2], Of(new() { Outcome = RequestStore.AnyFailure }));
        Assert.Equal([3], Of(new() { Door = "grpc" }));
        Assert.Equal([3, 2], Of(new() { From = Noon.AddSeconds(1), Until = Noon.AddSeconds(3) }));
        Assert.Equal([5], Of(new() { ReplayableOnly = true }));
        Assert.Equal(["oven", "press"], store.Models());

        IEnumerable<long> Of(RequestFilter filter) => store.List(filter, 100).Select(r => r.Id);
    }

    [Fact]
    public void Old_calls_are_forgotten_and_only_those_of_the_model()
    {
        var store = new RequestStore(_home, TimeProvider.System);
        store.Add([.. Enumerable.Range(0, 1200).Select(i => (Call(i), (LoggedPayload?)null)), (Call(0, "oven"), null)]);
        Assert.Equal(1100, store.Forget("press", Noon.AddSeconds(1100), long.MaxValue));
        Assert.Equal(Noon.AddSeconds(1100), store.List(new() { Models = ["press"] }, 1000)[^1].At);
        Assert.Single(store.List(new() { Models = ["oven"] }, 10));
        Assert.Equal(0, store.Forget("press", Noon, long.MaxValue));
    }

    [Fact]
    public void Calls_beyond_the_room_are_forgotten_oldest_first_and_the_file_shrinks()
    {
        var store = new RequestStore(_home, TimeProvider.System);
        for (int i = 0; i < 20; i++) store.Add([Big(i)]);
        Assert.Equal(20 * (256L + (1 << 19)), store.Bytes("press"));
        Checkpoint();
        long before = new FileInfo(store.Path).Length;
        Assert.Equal(16, store.Forget("press", Noon, 5 * (1L << 19)));
        Assert.Equal([20, 19, 18, 17], store.List(new(), 100).Select(r => r.Id));
        Assert.Null(store.Payload(16));
        Assert.NotNull(store.Payload(17));
        Checkpoint();
        Assert.InRange(new FileInfo(store.Path).Length, 1, before / 2);
        store.Add([Big(30)]);
        Assert.Equal(21, store.List(new(), 1)[0].Id); // numbers are never given again

        static (LoggedRequest, LoggedPayload?) Big(int at) =>
            (Call(at) with { Payload = PayloadState.Kept, PayloadBytes = 1 << 19 }, new LoggedPayload("tensors", new byte[1 << 19], null, null, []));
    }

    [Fact]
    public async Task Switching_payload_capture_is_an_audit_entry_whoever_does_it()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "one");
        registry.Deployments.Set("press", new() { Log = new() { Share = 0.5 } });
        Assert.DoesNotContain(registry.Audit.List(), e => e.Kind.StartsWith("payload", StringComparison.Ordinal));
        registry.Deployments.Set("press", new() { Log = new() { Share = 0.5, Payloads = true, Redact = ["operator"] } });
        registry.Deployments.SetActive("press", false); // says nothing about payloads
        registry.Deployments.Set("press", new() { Log = new() { Share = 0.5, Payloads = true } });
        registry.Deployments.Set("press", null);
        Assert.Equal(
            [("payload-capture-on", "share 0.5, redacted: [\"operator\"]"), ("payload-capture-changed", "share 0.5, redacted: nothing"), ("payload-capture-off", null)],
            registry.Audit.List().Where(e => e.Kind.StartsWith("payload", StringComparison.Ordinal)).Select(e => (e.Kind, e.Detail)).Reverse());
        Assert.Null(registry.Audit.Verify().BrokenAt);
    }

    [Fact]
    public async Task A_wrong_log_is_told_all_at_once()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await Register.VersionAsync(registry, "one");
        var wrong = Assert.Throws<InputException>(() => registry.Deployments.Set("press", new()
        {
            Log = new RequestLogSpec { Share = 1.5, Failures = -1, KeepDays = 0, KeepMiB = 0, PayloadKiB = 0 },
        }));
        Assert.Equal(["log.failures", "log.keepDays", "log.keepMiB", "log.payloadKiB", "log.share"], wrong.Problems.Select(p => p.Where).Order());
        Assert.Throws<InputException>(() => registry.Deployments.Set("press", new() { Log = new() { Redact = [" "] } }));
    }

    void Checkpoint()
    {
        SqliteConnection.ClearAllPools();
        using var db = new SqliteConnection($"Data Source={Path.Combine(_home, RequestStore.FileName)}");
        db.Execute("pragma wal_checkpoint(truncate)");
    }

    static LoggedRequest Call(int second, string model = "press") => new()
    {
        At = Noon.AddSeconds(second), Model = model, Asked = model, Door = "rows", Caller = "user:anna", Outcome = "ok",
    };
}
