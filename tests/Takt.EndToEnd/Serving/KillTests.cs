using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Takt.EndToEnd.Program;
using Takt.Graphs.Packages;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Deployments;
using Takt.Registry;
using Takt.Registry.Models;

namespace Takt.EndToEnd.Serving;

/// <summary>kill -9 in the middle of traffic and of writes. Three rounds; TAKT_KILLS=20 makes it twenty.</summary>
public sealed class KillTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    static int Rounds => int.TryParse(Environment.GetEnvironmentVariable("TAKT_KILLS"), CultureInfo.InvariantCulture, out int rounds) ? rounds : 3;

    string Home => _folder[".takt"];

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task After_a_kill_every_deployment_is_what_it_was_and_answers_and_the_audit_holds()
    {
        await RegisterAsync(Samples.Classifier());
        await RegisterAsync(Samples.Classifier(threshold: 0.9));
        int acknowledged = 0;
        for (int round = 0; round < Rounds; round++)
        {
            using var server = await TaktServer.StartAsync(_folder.Path);
            using var http = new HttpClient { BaseAddress = server.Address };
            var state = await http.GetFromJsonAsync<JsonNode>("/api/deployments/press");
            AssertWanted(state!, acknowledged);
            acknowledged = state!["revision"]!.GetValue<int>();
            Assert.Equal(Answering(acknowledged), await PredictAsync(http));

            using var killed = new CancellationTokenSource();
            Task[] traffic = [.. Enumerable.Range(0, 4).Select(_ => UntilBrokenAsync(async () => Assert.Contains(await PredictAsync(http), (string[])["1", "2"]), killed.Token))];
            var writes = UntilBrokenAsync(async () => acknowledged = (await WishAsync(http, acknowledged + 1))["revision"]!.GetValue<int>(), killed.Token);
            await Task.Delay(300 + (37 * round)); // anywhere within the writes
            server.Program.Kill();
            await killed.CancelAsync();
            await Task.WhenAll([.. traffic, writes]);
        }

        var registry = ModelRegistry.Open(Home, TimeProvider.System);
        Assert.Null(registry.Audit.Verify().BrokenAt);
        Assert.InRange(registry.Deployments.History("press").Count - acknowledged, 0, 1);
        AssertLogWhole(registry);
        Assert.True(acknowledged > Rounds, "too few writes were acknowledged to say anything");
    }

    /// <summary>What was acknowledged is there; at most the one write more that was under way.</summary>
    static void AssertWanted(JsonNode state, int acknowledged)
    {
        int revision = state["revision"]!.GetValue<int>();
        Assert.InRange(revision - acknowledged, 0, 1);
        if (revision > 0) Assert.Equal(revision, state["spec"]!["limits"]!["queue"]!.GetValue<int>());
    }

    /// <summary>Calls were being written down at each kill: the database is whole, and no call is without the payload that it says it has.</summary>
    static void AssertLogWhole(ModelRegistry registry)
    {
        using var db = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={registry.Requests.Path}");
        db.Open();
        using var check = db.CreateCommand();
        check.CommandText = "pragma integrity_check";
        Assert.Equal("ok", check.ExecuteScalar());
        var calls = registry.Requests.List(new(), int.MaxValue);
        Assert.True(calls.Count > Rounds, "too few calls were written down to say anything");
        Assert.All(calls, call => Assert.Equal(call.PayloadBytes, registry.Requests.Payload(call.Id)!.Bytes));
        Assert.Equal(calls.Sum(call => 256 + call.PayloadBytes), registry.Requests.Bytes("press"));
    }

    /// <summary>The wish of a revision: odd ones want version 1, even ones version 2.</summary>
    static string Answering(int revision) => revision % 2 == 1 ? "1" : "2";

    static async Task<JsonNode> WishAsync(HttpClient http, int revision)
    {
        var wish = new DeploymentSpec { Traffic = [new(Answering(revision))], Limits = new() { Queue = revision }, Log = new() { Share = 1, Payloads = true } };
        using var content = new StringContent(DeploymentJson.Write(wish), System.Text.Encoding.UTF8, "application/json");
        using var response = await http.PutAsync(new Uri("/api/deployments/press", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    /// <summary>Asks until the server is gone; until then every answer is a good one.</summary>
    static async Task UntilBrokenAsync(Func<Task> ask, CancellationToken killed)
    {
        try
        {
            while (!killed.IsCancellationRequested) await ask();
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // It was killed.
        }
    }

    static async Task<string> PredictAsync(HttpClient http)
    {
        using var response = await http.PostAsJsonAsync("/api/models/press/predict", new { rows = new[] { new Dictionary<string, object> { ["Torque"] = 51.5, ["Grade"] = "L", ["Cooled"] = true } } });
        response.EnsureSuccessStatusCode();
        return (await response.Content.ReadFromJsonAsync<JsonNode>())!["version"]!.GetValue<string>();
    }

    async Task RegisterAsync(Package package)
    {
        PackageFile.Write(package, _folder["press.takt"]);
        await ModelRegistry.Open(Home, TimeProvider.System).Models.RegisterAsync(
            new NewVersion("press", package.Task, "Failure", """{"metric":"f1"}""", """{"test":{"f1":0.8}}"""), _folder["press.takt"], CancellationToken.None);
    }
}
