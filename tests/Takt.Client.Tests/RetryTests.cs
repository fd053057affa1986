using System.Text.Json.Nodes;
using Takt.Protocols.Deployments;
using static Takt.Client.Tests.ScriptedServer;

namespace Takt.Client.Tests;

public class RetryTests
{
    const string Rows = """{"model":"press","version":"1","task":"regression","target":"length","unit":"mm","predictions":[],"errors":[]}""";
    const string State = """{"model":"press","spec":null,"revision":0,"changedAt":null,"answering":[],"versions":[],"problem":null}""";

    [Fact]
    public async Task A_busy_server_is_asked_again_after_waits_that_double()
    {
        using var server = new ScriptedServer(Says(429), Says(503), Says(429), Says(200, Rows));
        using var takt = server.Client();
        Assert.Equal("press", (await takt.PredictAsync("press", [[]])).Model);
        Assert.Equal([100, 200, 400], server.Clock.Waits.Select(w => w.TotalMilliseconds)); // half of 200, 400, 800: chance is 0.5
        Assert.Single(server.Requests.Distinct());
    }

    [Theory]
    [InlineData(0.001, 10)]
    [InlineData(0.999, 9_990)]
    public async Task Chance_decides_within_the_longest_delay(double chance, double longest)
    {
        using var server = new ScriptedServer(Says(503)) { Chance = () => chance };
        using var takt = new TaktClient(Address, options: new() { Handler = server, Clock = server.Clock, Chance = server.Chance, Retries = 9, Timeout = TimeSpan.FromHours(1) });
        Assert.Equal(503, (await Assert.ThrowsAsync<TaktException>(() => takt.Models.ListAsync())).Status);
        Assert.Equal(10, server.Requests.Count);
        Assert.Equal(longest, server.Clock.Waits.Max().TotalMilliseconds);
    }

    [Theory]
    [InlineData("7", 7_100)]
    [InlineData("Mon, 02 Mar 2026 06:00:20 GMT", 20_100)]
    [InlineData("Mon, 02 Mar 2026 05:00:00 GMT", 100)]
    public async Task What_the_server_asks_to_wait_is_waited(string retryAfter, double milliseconds)
    {
        using var server = new ScriptedServer(Says(429, retryAfter: retryAfter), Says(200, Rows));
        using var takt = server.Client();
        await takt.PredictAsync("press", [[]]);
        Assert.Equal([milliseconds], server.Clock.Waits.Select(w => w.TotalMilliseconds));
    }

    [Fact]
    public async Task Nobody_waits_beyond_the_time_of_the_call()
    {
        using var server = new ScriptedServer(Says(429, retryAfter: "120"), Says(200, Rows));
        using var takt = server.Client();
        var failure = await Assert.ThrowsAsync<TaktException>(() => takt.PredictAsync("press", [[]]));
        Assert.Equal((429, TimeSpan.FromSeconds(120)), (failure.Status, failure.RetryAfter));
        Assert.Empty(server.Clock.Waits);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(500)]
    [InlineData(504)]
    public async Task What_would_fail_again_is_not_asked_again(int status)
    {
        using var server = new ScriptedServer(Says(status));
        using var takt = server.Client();
        Assert.Equal(status, (await Assert.ThrowsAnyAsync<TaktException>(() => takt.PredictAsync("press", [[]]))).Status);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData(HttpRequestError.ConnectionError, true, true)]
    [InlineData(HttpRequestError.NameResolutionError, true, true)]
    [InlineData(HttpRequestError.ResponseEnded, true, false)]
    [InlineData(HttpRequestError.Unknown, true, false)]
    [InlineData(HttpRequestError.SecureConnectionError, false, false)]
    public async Task Questions_survive_a_broken_connection_and_changes_only_one_that_never_stood(HttpRequestError error, bool question, bool change)
    {
        Assert.Equal(question, await IsRepeatedAsync(takt => takt.PredictAsync("press", [[]]), Breaks(error), Rows));
        Assert.Equal(question, await IsRepeatedAsync(takt => takt.Models.ListAsync(), Breaks(error), """{"models":[]}"""));
        Assert.Equal(change, await IsRepeatedAsync(takt => takt.Models.PromoteAsync("press", 2), Breaks(error), """{"name":"press","aliases":{"champion":2}}"""));
        Assert.Equal(change, await IsRepeatedAsync(takt => takt.Deployments.SetAsync("press", new DeploymentSpec()), Breaks(error), State));
        Assert.Equal(change, await IsRepeatedAsync(takt => takt.Deployments.RollBackAsync("press"), Breaks(error), State));
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, false)]
    public async Task A_step_back_is_never_taken_twice(int status, bool repeated)
    {
        Assert.Equal(repeated, await IsRepeatedAsync(takt => takt.Deployments.RollBackAsync("press"), Says(status), State));
        Assert.True(await IsRepeatedAsync(takt => takt.Deployments.StopAsync("press"), Says(status), State));
        Assert.True(await IsRepeatedAsync(takt => takt.Models.PromoteAsync("press", 2), Says(status), """{"name":"press","aliases":{"champion":2}}"""));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(503, false)]
    public async Task Readiness_is_the_first_answer(int status, bool ready)
    {
        using var server = new ScriptedServer(Says(status));
        using var takt = server.Client();
        Assert.Equal(ready, await takt.IsReadyAsync());
        Assert.Equal(ready, await takt.Models.IsReadyAsync("press@champion"));
        Assert.Equal(["/plant/v2/health/ready", "/plant/v2/models/press%40champion/ready"], server.Requests.Select(r => r.Path));
    }

    [Fact]
    public async Task A_call_ends_at_its_time_and_when_it_is_cancelled()
    {
        using var silent = new ScriptedServer();
        using var takt = silent.Client();
        var call = takt.Models.ListAsync();
        silent.Clock.Advance(Limit);
        var failure = await Assert.ThrowsAsync<TaktTimeoutException>(() => call);
        Assert.Equal("no answer to GET api/models within 100 s. Give it more time, or ask for less at once.", failure.Message);
        using var stop = new CancellationTokenSource();
        var predicted = takt.PredictAsync("press", [new JsonObject { ["x"] = 1 }], stop: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => predicted);
        Assert.Equal(2, silent.Requests.Count);
    }

    static async Task<bool> IsRepeatedAsync(Func<TaktClient, Task> call, Func<HttpResponseMessage> first, string then)
    {
        using var server = new ScriptedServer(first, Says(200, then));
        using var takt = server.Client();
        try
        {
            await call(takt);
        }
        catch (TaktException)
        {
            Assert.Single(server.Requests);
            return false;
        }

        Assert.Equal(2, server.Requests.Count);
        return true;
    }
}
