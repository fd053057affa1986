using System.Text.Json.Nodes;
using Takt.Graphs.Tests.Packages;

namespace Takt.EndToEnd.Doors;

/// <summary>What is wanted of a model, over HTTP and from another process, and what then answers.</summary>
public sealed class DeploymentsTests : RegistryServer
{
    [Fact]
    public async Task A_split_by_station_answers_as_it_was_said_and_is_rolled_back()
    {
        await TwoVersionsAsync();
        Assert.Equal("1", await VersionAsync("press"));
        var state = await PutAsync("/api/deployments/press", JsonNode.Parse("""{"traffic":[{"to":"champion","weight":1},{"to":"2","weight":1}],"splitBy":"station"}""")!);
        Assert.Equal((1, 2), (state["revision"]!.GetValue<int>(), state["versions"]!.AsArray().Count));
        Assert.All(state["versions"]!.AsArray(), v => Assert.Equal("READY", v!["state"]!.GetValue<string>()));

        var first = await StationsAsync();
        Assert.Equal(2, first.Distinct().Count());
        Assert.Equal(first, await StationsAsync());
        // The same from another door: parameters of the Open Inference Protocol.
        foreach (int station in Enumerable.Range(0, 5)) Assert.Equal(first[station], await InferredByAsync($"S{station}"));

        await PostAsync("/api/deployments/press/rollback", new JsonObject { ["reason"] = "scrap rate rose" });
        Assert.Equal(["1"], (await StationsAsync()).Distinct());
    }

    [Fact]
    public async Task A_stopped_model_refuses_and_says_how_to_start_it()
    {
        await TwoVersionsAsync();
        await VersionAsync("press");
        var stopped = await PostAsync("/api/deployments/press/stop", new JsonObject());
        Assert.Empty(stopped["versions"]!.AsArray());
        Assert.Contains("takt deployments start press", (await PostAsync("/api/models/press/predict", Body(), 503))["detail"]!.GetValue<string>());
        await PostAsync("/api/deployments/press/start", new JsonObject());
        Assert.Equal("1", await VersionAsync("press"));
    }

    [Fact]
    public async Task The_calls_of_the_repository_extension_load_and_unload()
    {
        await TwoVersionsAsync();
        await PostAsync("/v2/repository/models/press/load", new JsonObject());
        Assert.Contains((await PostAsync("/v2/repository/index", new JsonObject { ["ready"] = true })).AsArray(), m => m!["version"]!.GetValue<string>() == "1");
        await PostAsync("/v2/repository/models/press/unload", new JsonObject());
        Assert.Empty((await PostAsync("/v2/repository/index", new JsonObject { ["ready"] = true })).AsArray());
        Assert.False(Registry.Deployments.Find("press")!.Spec!.Active);
        await PostAsync("/v2/repository/models/pres/load", new JsonObject(), 404);
        var answers = await GrpcClient.CallAsync(GrpcAddress.Authority, """[{"method":"RepositoryModelLoad","request":{"model_name":"press"}},{"method":"RepositoryModelUnload","request":{"model_name":"nobody"}}]""");
        Assert.NotNull(answers[0]!["answer"]);
        Assert.Equal(5, (int)answers[1]!["code"]!);
        Assert.Equal("1", await VersionAsync("press"));
    }

    [Fact]
    public async Task What_another_process_wants_is_followed_and_shadows_are_compared()
    {
        await TwoVersionsAsync();
        Registry.Deployments.Set("press", new() { Shadow = new("2") });
        JsonNode? shadow = null;
        for (int i = 0; i < 200 && (shadow?["compared"]!.GetValue<long>() ?? 0) < 3; i++)
        {
            Assert.Equal("1", await VersionAsync("press"));
            await Task.Delay(50);
            shadow = (await GetAsync("/api/deployments/press"))["versions"]!.AsArray().FirstOrDefault(v => v!["version"]!.GetValue<int>() == 2)?["shadow"];
        }

        // The same weights with another threshold: equal probabilities, and perhaps other decisions.
        Assert.Equal(0, shadow!["greatestDifference"]!.GetValue<double>());
        Assert.Equal(0, shadow["failed"]!.GetValue<long>());
    }

    [Fact]
    public async Task Wrong_wishes_are_told_all_at_once()
    {
        await TwoVersionsAsync();
        var wrong = await PutAsync("/api/deployments/press", JsonNode.Parse("""{"traffic":[{"to":"champoin"}],"limits":{"queue":0}}""")!, 400);
        Assert.Equal(["traffic", "limits.queue"], wrong["problems"]!.AsArray().Select(p => p!["where"]!.GetValue<string>()));
        foreach (string body in new[] { """{"trafic":[]}""", """{"traffic":null}""", """{"traffic":[null]}""", """{"traffic":[{"weight":1}]}""", "[]", """{"limits":{"queue":"many"}}""" })
            await PutAsync("/api/deployments/press", JsonNode.Parse(body)!, 400);
        await PutAsync("/api/deployments/pres", new JsonObject(), 404);
        await PostAsync("/api/deployments/press/rollback", new JsonObject { ["reasons"] = "none" }, 400);
        Assert.Equal(0, (await GetAsync("/api/deployments"))["deployments"]![0]!["revision"]!.GetValue<int>());
    }

    [Fact]
    public async Task Time_that_is_too_short_is_refused_with_the_status_that_says_so()
    {
        await TwoVersionsAsync();
        await VersionAsync("press");
        var body = Body();
        body["timeoutMs"] = 0;
        Assert.Contains("deadline has passed", (await PostAsync("/api/models/press/predict", body, 504))["detail"]!.GetValue<string>());
    }

    async Task TwoVersionsAsync()
    {
        await RegisterAsync("press", Samples.Classifier(), "champion");
        await RegisterAsync("press", Samples.Classifier(threshold: 0.9));
    }

    async Task<string> VersionAsync(string model, string? station = null)
    {
        var body = Body();
        if (station is not null) body["parameters"] = new JsonObject { ["station"] = station };
        return (await PostAsync($"/api/models/{model}/predict", body))["version"]!.GetValue<string>();
    }

    async Task<string[]> StationsAsync()
    {
        var versions = new string[20];
        for (int i = 0; i < versions.Length; i++) versions[i] = await VersionAsync("press", $"S{i}");
        return versions;
    }

    async Task<string> InferredByAsync(string station) => (await PostAsync("/v2/models/press/infer", JsonNode.Parse($$"""
        {"parameters":{"station":"{{station}}"},"inputs":[
          {"name":"Torque","shape":[1],"datatype":"FP64","data":[51.5]},{"name":"Grade","shape":[1],"datatype":"BYTES","data":["L"]},{"name":"Cooled","shape":[1],"datatype":"FP64","data":[1]}]}
        """)!))["model_version"]!.GetValue<string>();

    static JsonObject Body() => new() { ["rows"] = new JsonArray([.. Rows()]) };
}
