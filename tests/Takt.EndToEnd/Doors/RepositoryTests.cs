using System.Text.Json.Nodes;
using Takt.Protocols.Deployments;

namespace Takt.EndToEnd.Doors;

/// <summary>What orchestrators are told of each version, in the words of both protocols, and what they may ask for when they load one.</summary>
public class RepositoryTests(DoorsServer server) : IClassFixture<DoorsServer>
{
    [Fact]
    public async Task A_version_that_waits_to_be_asked_is_loaded_then_and_ready()
    {
        server.Catalog.Add("fresh", 1, "3");
        Assert.Equal(("UNAVAILABLE", "unloaded", "AVAILABLE", ""), await StateAsync("fresh", 1));
        await server.GetAsync("/v2/models/fresh/ready");
        Assert.Equal(("READY", "", "AVAILABLE", ""), await StateAsync("fresh", 1));
    }

    [Fact]
    public async Task A_stopped_model_is_told_as_such_whichever_way_its_version_is_named()
    {
        server.Catalog.Add("stopped", 1, "3").Alias("stopped", "champion", 1).Deploy("stopped", new DeploymentSpec { Active = false });
        foreach (string place in (string[])["", "/versions/1", "/labels/champion", ":1", "@champion"])
        {
            var (status, body, _) = await server.GetAsync("/v1/models/stopped" + place);
            Assert.Equal((200, "END"), (status, body!["model_version_status"]!.AsArray().Single()!["state"]!.GetValue<string>()));
        }

        Assert.Equal(("UNAVAILABLE", "stopped is not to be served", "END", "stopped is not to be served"), await StateAsync("stopped", 1));
        Assert.Equal(503, (await server.PostAsync("/v1/models/stopped:predict", """{"instances":[{"x":1,"y":1}]}""")).Status);
        Assert.Equal(404, (await server.GetAsync("/v1/models/stopped/versions/7")).Status);
        Assert.Equal(404, (await server.GetAsync("/v1/models/stopped/labels/challenger")).Status);
    }

    [Fact]
    public async Task A_version_that_no_traffic_leads_to_has_ended()
    {
        server.Catalog.Add("narrow", 1, "3").Add("narrow", 2, "4").Deploy("narrow", new DeploymentSpec { Versions = new VersionPolicy { Latest = 1 } });
        Assert.Equal(("UNAVAILABLE", "the deployment of narrow serves other versions", "END", "the deployment of narrow serves other versions"), await StateAsync("narrow", 1));
        Assert.Equal(("READY", "", "AVAILABLE", ""), await StateAsync("narrow", 2));
    }

    [Fact]
    public async Task A_version_that_does_not_load_is_told_with_the_reason()
    {
        Assert.Equal(503, (await server.GetAsync("/v2/models/broken/ready")).Status);
        const string Why = "broken:1 does not load. The server's log says why.";
        Assert.Equal(("UNAVAILABLE", Why, "END", Why), await StateAsync("broken", 1));
        var (status, body, _) = await server.GetAsync("/v1/models/broken/versions/1");
        Assert.Equal((200, "UNAVAILABLE"), (status, body!["model_version_status"]![0]!["status"]!["error_code"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_version_on_its_way_is_loading()
    {
        server.Catalog.Add("slow", 1, "3");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Backend.Gate = gate.Task;
        try
        {
            int loads = server.Backend.Loads;
            var ready = server.GetAsync("/v2/models/slow/ready");
            while (server.Backend.Loads == loads) await Task.Delay(10);
            Assert.Equal(("LOADING", "", "LOADING", ""), await StateAsync("slow", 1));
            gate.SetResult();
            Assert.Equal(200, (await ready).Status);
            Assert.Equal(("READY", "", "AVAILABLE", ""), await StateAsync("slow", 1));
        }
        finally
        {
            gate.TrySetResult();
            server.Backend.Gate = Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData("", 200, null)]
    [InlineData("{}", 200, null)]
    [InlineData("""{"parameters":{"later":true}}""", 200, null)]
    [InlineData("""{"parameters":{"config":"{\"max_batch_size\":1}"}}""", 501, "parameter 'config'; expected a load without configuration or files. How a model is served is said with PUT /api/deployments/MODEL.")]
    [InlineData("""{"parameters":{"config":"{}","file:1/model.onnx":"AAAA"}}""", 501, "parameter 'file:1/model.onnx'; expected a load without configuration or files. A model's files come in with 'takt models import")]
    [InlineData("""{"parameters":[1]}""", 400, "'parameters' that is no object")]
    [InlineData("[1]", 400, "a body that is no object")]
    [InlineData("{", 400, "line 1")]
    public async Task A_load_does_what_it_is_told_or_says_that_it_cannot(string body, int expected, string? told)
    {
        foreach (string? type in (string?[])["application/json", null])
        {
            // The catalog of this server is in memory, the registry has no such model: what is asked for is checked before.
            var (status, answer, _) = await server.PostAsync("/v2/repository/models/press/load", System.Text.Encoding.UTF8.GetBytes(body), type);
            Assert.Equal(expected == 200 ? 404 : expected, status);
            if (told is not null) Assert.Contains(told, answer!["error"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task There_is_one_repository_and_another_is_not_found()
    {
        foreach (string path in (string[])["/v2/repository/takt/index", "/v2/repository/index"])
        {
            var (status, index, _) = await server.PostAsync(path, """{"repository_name":"takt"}""");
            Assert.Equal(200, status);
            Assert.Contains(index!.AsArray(), m => m!["name"]!.GetValue<string>() == "press");
        }

        foreach (string path in (string[])["/v2/repository/other/index", "/v2/repository/other/models/press/load", "/v2/repository/other/models/press/unload"])
        {
            var (status, answer, _) = await server.PostAsync(path, "{}");
            Assert.Equal((404, "repository 'other'; expected 'takt', the only one, or no name."), (status, answer!["error"]!.GetValue<string>()));
        }

        Assert.Equal(404, (await server.PostAsync("/v2/repository/index", """{"repository_name":"other"}""")).Status);
    }

    [Fact]
    public async Task Over_gRPC_the_same_is_told_and_refused()
    {
        var answers = await GrpcClient.CallAsync(server.GrpcAddress.Authority, """
            [{"method":"RepositoryIndex","request":{"repository_name":"takt"}},{"method":"RepositoryIndex","request":{"repository_name":"other"}},
             {"method":"RepositoryModelLoad","request":{"model_name":"press","parameters":{"config":{"string_param":"{}"}}}},
             {"method":"RepositoryModelLoad","request":{"model_name":"press","parameters":{"file:1/model.onnx":{"bytes_param":{"base64":"AAAA"}}}}},
             {"method":"RepositoryModelLoad","request":{"model_name":"press","repository_name":"other"}},{"method":"RepositoryModelUnload","request":{"model_name":"press","repository_name":"other"}}]
            """);
        Assert.NotEmpty(answers[0]!["answer"]!["models"]!.AsArray());
        Assert.Equal([5, 12, 12, 5, 5], answers.Skip(1).Select(a => a!["code"]!.GetValue<int>()));
        Assert.Contains("PUT /api/deployments", answers[2]!["details"]!.GetValue<string>());
    }

    /// <summary>A version's state in the repository index, over HTTP and gRPC alike, and in TensorFlow Serving's status.</summary>
    async Task<(string Index, string Reason, string Status, string Message)> StateAsync(string model, int version)
    {
        await server.GetAsync("/v2/models/no-such-model"); // whoever is not known is looked for in the catalog as it is now
        var (_, index, _) = await server.PostAsync("/v2/repository/index", "{}");
        var (_, status, _) = await server.GetAsync($"/v1/models/{model}");
        var one = Of(index!.AsArray());
        var (_, readyOnly, _) = await server.PostAsync("/v2/repository/index", """{"ready":true}""");
        Assert.Equal(one["state"]!.GetValue<string>() == "READY", readyOnly!.AsArray().Any(m => m!["name"]!.GetValue<string>() == model && m["version"]!.GetValue<string>() == $"{version}"));
        var grpc = Of((await GrpcClient.CallAsync(server.GrpcAddress.Authority, """[{"method":"RepositoryIndex"}]"""))[0]!["answer"]!["models"]!.AsArray());
        Assert.Equal((Text(one, "state"), Text(one, "reason")), (Text(grpc, "state"), Text(grpc, "reason")));
        var told = status!["model_version_status"]!.AsArray().Single(v => Text(v!, "version") == $"{version}")!;
        return (Text(one, "state"), Text(one, "reason"), Text(told, "state"), Text(told["status"]!, "error_message"));

        JsonNode Of(JsonArray models) => models.Single(m => Text(m!, "name") == model && Text(m!, "version") == $"{version}")!;
        static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
    }
}
