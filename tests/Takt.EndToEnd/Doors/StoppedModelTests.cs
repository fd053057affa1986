using System.Text.Json.Nodes;
using Takt.Graphs.Tests.Packages;

namespace Takt.EndToEnd.Doors;

/// <summary>What is told of a model that is not to be served: who asked for it in vain, and what it did before.</summary>
public sealed class StoppedModelTests : RegistryServer
{
    const string Infer = """{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[3,1]}]}""";

    [Fact]
    public async Task Refusals_belong_to_no_version_and_are_told_in_metrics_in_the_deployment_and_on_its_page()
    {
        await RegisterAsync("graph", Samples.Imported());
        await PostAsync("/v2/models/graph/infer", JsonNode.Parse(Infer)!);
        Assert.Null((await GetAsync("/api/deployments/graph"))["refused"]);
        await PostAsync("/api/deployments/graph/stop", new JsonObject());
        for (int i = 0; i < 2; i++) await PostAsync("/v2/models/graph/infer", JsonNode.Parse(Infer)!, 503);
        await PostAsync("/v2/models/graph:1/infer", JsonNode.Parse(Infer)!, 503);

        string metrics = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("""takt_serving_failures_total{model="graph",reason="unavailable",version="none"} 3""", metrics);
        Assert.Contains("""takt_serving_requests_total{model="graph",version="none"} 3""", metrics);
        Assert.Contains("""nv_inference_request_failure{model="graph",reason="OTHER",version="none"} 3""", metrics);
        Assert.Contains("""takt_serving_requests_total{model="graph",version="1"} 1""", metrics);
        var refused = (await GetAsync("/api/deployments/graph"))["refused"]!;
        Assert.Equal(3, refused["count"]!.GetValue<int>());
        Assert.InRange(DateTimeOffset.UtcNow - refused["last"]!.GetValue<DateTimeOffset>(), TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Contains("Refused while the model was stopped: 3 requests", await Http.GetStringAsync(new Uri("/deployments/graph", UriKind.Relative)));
    }

    [Fact]
    public async Task Statistics_are_told_of_a_stopped_model_and_load_none()
    {
        await RegisterAsync("graph", Samples.Imported());
        Assert.Equal(0, Successes(await GetAsync("/v2/models/graph/stats")));
        Assert.Empty((await GetAsync("/api/deployments/graph"))["versions"]!.AsArray());   // nothing was loaded for it
        await PostAsync("/v2/models/graph/infer", JsonNode.Parse(Infer)!);
        await PostAsync("/api/deployments/graph/stop", new JsonObject());
        foreach (string path in (string[])["/v2/models/graph/stats", "/v2/models/graph/versions/1/stats"]) Assert.Equal(1, Successes(await GetAsync(path)));
        Assert.Contains("no version 7", (await GetAsync("/v2/models/graph/versions/7/stats", 404))["error"]!.GetValue<string>());
        Assert.Contains("Did you mean 'graph'?", (await GetAsync("/v2/models/grap/stats", 404))["error"]!.GetValue<string>());

        static int Successes(JsonNode answer) => answer["model_stats"]!.AsArray().Single()!["inference_stats"]!["success"]!["count"]!.GetValue<int>();
    }
}
