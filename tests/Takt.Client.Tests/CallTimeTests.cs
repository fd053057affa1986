using System.Text.Json.Nodes;
using Takt.Protocols.OpenInference;
using static Takt.Client.Tests.ScriptedServer;

namespace Takt.Client.Tests;

/// <summary>How long a call may take: what the server is told of it, and what the client makes of it.</summary>
public class CallTimeTests
{
    const string Rows = """{"model":"press","version":"1","task":"regression","target":"length","unit":"mm","predictions":[],"errors":[]}""";

    static readonly JsonObject[] s_rows = [new() { ["x"] = 1 }];
    static readonly InferTensor[] s_tensors = [InferTensor.Of("x", new float[] { 1 }, 1)];
    static readonly CallContext s_context = new() { Timeout = TimeSpan.FromMinutes(2), Deadline = new DateTimeOffset(2026, 3, 2, 14, 5, 0, 250, TimeSpan.FromHours(8)) }; // five minutes after the clock's beginning

    [Fact]
    public async Task Every_door_is_told_in_its_own_form()
    {
        using var server = new ScriptedServer(Says(400));
        using var takt = server.Client();
        foreach (var call in Calls(takt, s_context)) await Assert.ThrowsAsync<TaktException>(() => call);
        foreach (var (_, path, body) in server.Requests)
        {
            if (path.StartsWith("/plant/api")) Assert.Contains("""
                "timeoutMs":120000,"deadline":"2026-03-02T
                """, body);
            else Assert.Contains("""
                "timeout":120000000,"deadline":"2026-03-02T06:05:00.2500000Z"
                """, body);
        }

        Assert.Equal(["predict", "press%3Aexplain", "press%3Aexplain", "infer", "generate", "generate_stream"], server.Requests.Select(r => r.Path.Split('/')[^1]));
    }

    [Fact]
    public async Task What_the_options_say_holds_for_calls_that_bring_no_context()
    {
        using var server = new ScriptedServer(Says(200, Rows));
        using var takt = new TaktClient(Address, options: new() { Handler = server, Clock = server.Clock, Context = new() { Timeout = TimeSpan.FromMinutes(3), Priority = 2 } });
        await takt.PredictAsync("press", s_rows);
        await takt.PredictAsync("press", s_rows, context: new() { Priority = 1 });
        Assert.Equal(["""{"rows":[{"x":1}],"onError":"fail","explain":false,"priority":2,"timeoutMs":180000}""", """{"rows":[{"x":1}],"onError":"fail","explain":false,"priority":1}"""],
            server.Requests.Select(r => r.Body));
    }

    [Fact]
    public async Task Each_attempt_tells_what_is_left()
    {
        using var server = new ScriptedServer(Says(429, retryAfter: "50"), Says(429), Says(200, Rows));
        using var takt = server.Client();
        await takt.PredictAsync("press", s_rows, context: new() { Timeout = TimeSpan.FromMinutes(2) });
        Assert.Equal([120_000, 69_900, 69_700], server.Requests.Select(r => JsonNode.Parse(r.Body)!["timeoutMs"]!.GetValue<double>())); // less 50.1 s and 0.2 s of waiting
        await takt.PredictAsync("press", s_rows, context: new() { Timeout = Timeout.InfiniteTimeSpan });
        await takt.PredictAsync("press", s_rows, context: new() { Timeout = TimeSpan.FromDays(400) });
        Assert.DoesNotContain("timeout", server.Requests[^2].Body);
        Assert.Equal(86_400_000, JsonNode.Parse(server.Requests[^1].Body)!["timeoutMs"]!.GetValue<double>()); // the server takes a day at most
    }

    [Theory]
    [InlineData(120, null, 120)]
    [InlineData(120, 90, 90)]
    [InlineData(80, 90, 80)]
    [InlineData(null, 90, 90)]
    [InlineData(null, 900, 900)]
    [InlineData(-1, 90, 90)]
    [InlineData(null, null, 100)]
    public async Task A_call_ends_when_the_earlier_of_its_limits_is_over(int? timeout, int? deadline, int seconds)
    {
        using var silent = new ScriptedServer();
        using var takt = silent.Client();
        var call = takt.PredictAsync("press", s_rows, context: new()
        {
            Timeout = timeout is null ? null : timeout < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(timeout.Value),
            Deadline = deadline is null ? null : silent.Clock.GetUtcNow().AddSeconds(deadline.Value),
        });
        silent.Clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(call.IsCompleted);
        silent.Clock.Advance(TimeSpan.FromSeconds(1));
        var late = await Assert.ThrowsAsync<TaktTimeoutException>(() => call);
        Assert.Null(late.Status);
        Assert.Equal($"no answer to POST api/models/press/predict within {seconds} s. Give it more time, or ask for less at once.", late.Message);
    }

    [Theory]
    [InlineData(0.0, null)]
    [InlineData(-5000.0, null)]
    [InlineData(null, 0.0)]
    [InlineData(60_000.0, -1.0)]
    public async Task Without_time_left_nothing_is_sent(double? timeoutMs, double? deadlineMs)
    {
        using var server = new ScriptedServer(Says(200, Rows));
        using var takt = server.Client();
        var context = new CallContext
        {
            Timeout = timeoutMs is null ? null : TimeSpan.FromMilliseconds(timeoutMs.Value),
            Deadline = deadlineMs is null ? null : server.Clock.GetUtcNow().AddMilliseconds(deadlineMs.Value),
        };
        foreach (var call in Calls(takt, context)) Assert.Contains("no time left", (await Assert.ThrowsAsync<TaktTimeoutException>(() => call)).Message);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData(504, null, true)]
    [InlineData(503, "120", true)]   // the server could not have answered in time, and there is none left to come back
    [InlineData(503, null, false)]   // the model cannot answer at all
    [InlineData(429, "120", false)]  // too much is asked
    [InlineData(500, null, false)]
    public async Task What_the_server_refuses_for_want_of_time_has_a_type_of_its_own(int status, string? retryAfter, bool isTimeout)
    {
        using var server = new ScriptedServer(Says(status, """{"problems":[{"found":"5 ms to answer","expected":"about 9 ms","wayOut":"Allow more time"}]}""", retryAfter));
        using var takt = server.Client();
        var failure = await Assert.ThrowsAnyAsync<TaktException>(() => takt.PredictAsync("press", s_rows));
        Assert.Equal((isTimeout, status, "Allow more time"), (failure is TaktTimeoutException, failure.Status, failure.Problems.Single().WayOut));
    }

    static IEnumerable<Task> Calls(TaktClient takt, CallContext context)
    {
        yield return takt.PredictAsync("press", s_rows, context: context);
        yield return takt.ExplainAsync("press", s_rows, context: context);
        yield return takt.ExplainAsync("press", s_tensors, context: context);
        yield return takt.InferAsync("press", s_tensors, context: context);
        yield return takt.GenerateAsync("press", [], context);
        yield return takt.GenerateStreamAsync("press", [], context).GetAsyncEnumerator().MoveNextAsync().AsTask();
    }
}
