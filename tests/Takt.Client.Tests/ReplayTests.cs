using Takt.Protocols.Requests;
using static Takt.Client.Tests.ScriptedServer;

namespace Takt.Client.Tests;

public class ReplayTests
{
    const string Call = """{"id":8,"at":"2026-03-01T10:00:00+00:00","model":"press","version":2,"asked":"press","door":"rows","caller":"user:anna","requestId":null,"rows":1,"outcome":"ok","shadow":false,"phases":{"loadMs":0,"queueMs":0.1,"inputMs":0,"computeMs":0.2,"outputMs":0,"totalMs":0.3},"payload":"none","payloadBytes":0}""";

    [Fact]
    public async Task Calls_are_asked_for_page_by_page_as_far_as_they_are_read()
    {
        using var server = new ScriptedServer(Says(200, $$"""{"requests":[{{Call}},{{Call}}],"cursor":"8"}"""), Says(200, $$"""{"requests":[{{Call}}],"cursor":null}"""));
        using var takt = server.Client();
        var calls = new List<RequestSummary>();
        await foreach (var call in takt.Requests.ListAsync("press", 2, "ok", new DateTimeOffset(2026, 3, 1, 6, 0, 0, TimeSpan.Zero))) calls.Add(call);
        Assert.Equal((3, 0.3), (calls.Count, calls[0].Phases.TotalMs));
        Assert.Equal("/plant/api/requests?limit=500&model=press&version=2&outcome=ok&since=2026-03-01T06%3A00%3A00.0000000Z", server.Requests[0].Path);
        Assert.EndsWith("&cursor=8", server.Requests[1].Path);
        await foreach (var _ in takt.Requests.ListAsync()) break;
        Assert.Equal(3, server.Requests.Count); // nobody read on
    }

    [Fact]
    public async Task A_replay_is_begun_once_and_looked_at_until_it_ends()
    {
        using var server = new ScriptedServer(Says(202, Operation("running", done: 0)), Says(200, Operation("running", done: 4)), Says(200, Operation("done", done: 8, report: true)));
        using var takt = server.Client();
        var told = new List<int>();
        var report = await takt.Requests.ReplayAsync(new ReplayOrder("press", "3") { Tolerance = 0.5 }, new Told(told));
        Assert.Equal((8, true), (report.Compared, report.Exceeds));
        Assert.Equal([0, 4, 8], told);
        Assert.Equal(("POST", "/plant/api/requests/replay", """{"model":"press","to":"3","limit":1000,"tolerance":0.5}"""), server.Requests[0]);
        Assert.Equal([("GET", "/plant/api/requests/replays/7", ""), ("GET", "/plant/api/requests/replays/7", "")], server.Requests.Skip(1));
    }

    [Fact]
    public async Task Leaving_cancels_it_on_the_server()
    {
        using var server = new ScriptedServer(Says(202, Operation("running", done: 0)), Says(200, Operation("running", done: 1)));
        using var takt = server.Client();
        using var stop = new CancellationTokenSource();
        var told = new List<int>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => takt.Requests.ReplayAsync(new ReplayOrder("press", "3"), new Told(told, done => { if (done == 1) stop.Cancel(); }), stop.Token));
        Assert.Equal(("DELETE", "/plant/api/requests/replays/7", ""), server.Requests[^1]);
    }

    [Fact]
    public async Task One_that_fails_says_why()
    {
        using var server = new ScriptedServer(Says(202, Operation("failed", done: 0, problem: "no written call of press")));
        using var takt = server.Client();
        var failure = await Assert.ThrowsAsync<TaktException>(() => takt.Requests.ReplayAsync(new ReplayOrder("press", "3")));
        Assert.Contains("no written call of press", failure.Message);
    }

    static string Operation(string state, int done, bool report = false, string? problem = null)
    {
        string found = report ? """{"model":"press","to":3,"requests":8,"compared":8,"equal":7,"askedAnew":0,"failed":0,"answeredNow":0,"failedBoth":0,"skipped":{},"problem":null,"tensors":[],"then":null,"now":null,"differing":[],"exceeds":true}""" : "null";
        return $$"""{"id":"7","state":"{{state}}","order":{"model":"press","to":"3"},"startedAt":"2026-03-01T10:00:00+00:00","endedAt":{{(state == "running" ? "null" : "\"2026-03-01T10:00:01+00:00\"")}},"done":{{done}},"total":8,"report":{{found}},"problem":{{(problem is null ? "null" : $"\"{problem}\"")}}}""";
    }

    sealed class Told(List<int> told, Action<int>? then = null) : IProgress<ReplayOperation>
    {
        public void Report(ReplayOperation value)
        {
            told.Add(value.Done);
            then?.Invoke(value.Done);
        }
    }
}
