using System.Globalization;
using System.Text.Json.Nodes;
using Takt.Client;
using Takt.EndToEnd.Doors;
using Takt.EndToEnd.Program;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Deployments;
using Takt.Protocols.Requests;

namespace Takt.EndToEnd.Requests;

/// <summary>Recorded traffic on another version: over HTTP, through the client, and by the command with and without a server.</summary>
public sealed class ReplayTests : RegistryServer
{
    [Fact]
    public async Task The_same_version_gives_equal_bits_and_another_its_differences()
    {
        await TrafficAsync();
        using var takt = new TaktClient(Http.BaseAddress!);
        var same = await takt.Requests.ReplayAsync(new ReplayOrder("press", "1") { Tolerance = 0 });
        Assert.Equal((8, 8, false), (same.Compared, same.Equal, same.Exceeds));
        Assert.All(same.Tensors, t => Assert.Equal(t.Elements, t.EqualBits));

        // The same weights with another threshold: probabilities agree to the last bit, decisions differ where they lie between.
        var stricter = await takt.Requests.ReplayAsync(new ReplayOrder("press", "2"));
        Assert.All(stricter.Tensors.Where(t => t.Name == "probability"), t => Assert.Null(t.Absolute));
        // Other weights: the place of the greatest difference holds what both versions answer there.
        var other = await takt.Requests.ReplayAsync(new ReplayOrder("press", "3") { Tolerance = 1e-9 });
        Assert.True(other.Exceeds);
        Assert.Equal(0, other.Equal);
        var worst = other.Tensors.Single(t => t.Name == "probability" && t.Absolute!.Place.StartsWith("row", StringComparison.Ordinal)).Absolute!;
        var recorded = (await takt.Requests.GetAsync(worst.Request)).Payload!;
        int row = int.Parse(worst.Place.AsSpan(4), CultureInfo.InvariantCulture);
        Assert.Equal(recorded.Predictions!.Single(p => p.Row == row).Probability, worst.Then);
        Assert.Equal((await takt.PredictAsync("press:3", recorded.Rows!)).Predictions.Single(p => p.Row == row).Probability, worst.Now);
        Assert.Equal(Math.Abs(worst.Then!.Value - worst.Now!.Value), worst.Difference);
        Assert.Equal(3, Registry.Audit.List().Count(e => e.Kind == "requests-replayed"));
    }

    [Fact]
    public async Task The_command_says_it_in_its_exit_code_here_and_at_a_server()
    {
        await TrafficAsync();
        string[] home = ["--home", Home, "--json"];
        var same = await TaktProgram.RunAsync(Home, ["replay", "press", "--to", "champion", "--tolerance", "0", .. home]);
        Assert.True(same.ExitCode == 0, same.Output + same.Error);
        Assert.Equal((8, 8), (same.Json["compared"]!.GetValue<int>(), same.Json["equal"]!.GetValue<int>()));
        Assert.Contains("replayed 8 of 8", same.Error);
        var other = await TaktProgram.RunAsync(Home, ["replay", "press", "--to", "3", "--limit", "5", "--tolerance", "0.0001", "--server", Http.BaseAddress!.ToString(), .. home]);
        Assert.True(other.ExitCode == 1, other.Output + other.Error);
        Assert.Equal((5, true), (other.Json["requests"]!.GetValue<int>(), other.Json["exceeds"]!.GetValue<bool>()));
        var shown = await TaktProgram.RunAsync(Home, "replay", "press", "--to", "3", "--home", Home);
        Assert.Equal(0, shown.ExitCode);
        Assert.Contains("probability", shown.Output);
        Assert.Contains("8 calls of press on version 3: 8 compared, 0 of them equal to the last bit.", shown.Output);
        var wrong = await TaktProgram.RunAsync(Home, ["replay", "press", "--to", "7", "--server", Http.BaseAddress!.ToString(), .. home]);
        Assert.Equal(2, wrong.ExitCode);
    }

    [Fact]
    public async Task A_replay_is_an_operation_that_is_begun_looked_at_and_ended()
    {
        await TrafficAsync();
        var begun = await PostAsync("/api/requests/replay", new JsonObject { ["model"] = "press", ["to"] = "3", ["from"] = "2020-01-01T00:00:00Z" }, 202);
        string path = $"/api/requests/replays/{begun["id"]!.GetValue<string>()}";
        JsonNode state = begun;
        for (int i = 0; i < 400 && state["state"]!.GetValue<string>() == "running"; i++)
        {
            await Task.Delay(25);
            state = await GetAsync(path);
        }

        Assert.Equal(("done", 8), (state["state"]!.GetValue<string>(), state["report"]!["compared"]!.GetValue<int>()));
        Assert.Single((await GetAsync("/api/requests/replays")).AsArray());
        await GetAsync("/api/requests/replays/99", 404);
        var wrong = await PostAsync("/api/requests/replay", new JsonObject { ["too"] = "3", ["from"] = "yesterday", ["tolerance"] = -1, ["limit"] = "all" }, 400);
        Assert.Equal(6, wrong["problems"]!.AsArray().Count);
        await PostAsync("/api/requests/replay", new JsonObject { ["model"] = "press", ["to"] = "9" }, 400);
    }

    /// <summary>Three versions, and eight calls that version 1 answered: rows and tensors in turn.</summary>
    async Task TrafficAsync()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await RegisterAsync("press", Samples.Classifier(threshold: 0.9));
        await RegisterAsync("press", Samples.Classifier(seed: 6));
        await PutAsync("/api/deployments/press", JsonNode.Parse(DeploymentJson.Write(new DeploymentSpec { Log = new() { Share = 1, Payloads = true } }))!);
        for (int i = 0; i < 4; i++)
        {
            await PostAsync("/api/models/press/predict", new JsonObject { ["rows"] = new JsonArray([.. Rows().Select(r =>
            {
                r["Torque"] = (r["Torque"]?.GetValue<double>() ?? 40) + i;
                return r;
            })]) });
            await PostAsync("/v2/models/press/infer", JsonNode.Parse(string.Create(CultureInfo.InvariantCulture, $$"""
                {"inputs":[{"name":"Torque","shape":[2],"datatype":"FP64","data":[{{50.5 + i}},null]},{"name":"Grade","shape":[2],"datatype":"BYTES","data":["L",""]},{"name":"Cooled","shape":[2],"datatype":"FP64","data":[1,0]}]}
                """))!);
        }

        for (int i = 0; i < 400 && (await GetAsync("/api/requests"))["requests"]!.AsArray().Count < 8; i++) await Task.Delay(25);
    }
}
