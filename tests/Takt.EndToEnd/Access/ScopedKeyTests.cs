using System.Text.Json.Nodes;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Deployments;
using Takt.Registry.Access;

namespace Takt.EndToEnd.Access;

/// <summary>What a key of some models learns of the others: nothing, by whatever door it asks.</summary>
public sealed class ScopedKeyTests : RegistryServer
{
    const string Row = """{"rows":[{"Torque":51.5,"Grade":"L","Cooled":true}]}""";

    string _scoped = "", _whole = "";

    [Fact]
    public async Task Metrics_tell_a_key_of_its_own_models_and_an_unscoped_one_of_all()
    {
        await PrepareAsync();
        foreach (string model in (string[])["press-1", "oven"]) await CallAsync("POST", $"/api/models/{model}/predict", _whole, Row);
        string all = await CallAsync("GET", "/metrics", _whole), own = await CallAsync("GET", "/metrics", _scoped);
        foreach (string family in (string[])["takt_serving_requests_total", "takt_serving_duration_seconds_count", "nv_inference_count", "takt_serving_memory_bytes"])
        {
            Assert.Contains($"{family}{{model=\"press-1\"", own);
            Assert.Contains($"{family}{{model=\"oven\"", all);
        }

        Assert.DoesNotContain("oven", own);
        Assert.Contains("process_resident_memory_bytes ", own);
        string[] expected = [.. Names(all.Split('\n').Where(line => !line.Contains("oven", StringComparison.Ordinal)))];
        Assert.Equal(expected, Names(own.Split('\n')));   // nothing else is missing
    }

    [Theory]
    [InlineData("POST", "/api/models/press-oven/predict", Row)]
    [InlineData("POST", "/api/models/press-oven:explain", Row)]
    [InlineData("GET", "/api/models/press-oven", null)]
    [InlineData("GET", "/v2/models/press-oven", null)]
    [InlineData("POST", "/v2/models/press-oven/infer", """{"inputs":[]}""")]
    [InlineData("GET", "/v2/models/press-oven/trace/setting", null)]
    [InlineData("POST", "/v2/repository/models/press-oven/load", "{}")]
    [InlineData("GET", "/v1/models/press-oven", null)]
    [InlineData("POST", "/v1/models/press-oven:predict", """{"instances":[1]}""")]
    [InlineData("GET", "/api/deployments/press-oven", null)]
    [InlineData("PUT", "/api/deployments/press-oven", "{}")]
    public async Task A_wrong_name_is_answered_with_names_that_the_key_may_use(string method, string path, string? body)
    {
        await PrepareAsync();
        Assert.Contains("mess-oven", await CallAsync(method, path, _whole, body, 404));
        string told = await CallAsync(method, path, _scoped, body, 404);
        Assert.DoesNotContain("mess-oven", told);
        Assert.Contains("press-1", told);
    }

    [Fact]
    public async Task Over_gRPC_and_in_a_deployments_fallback_too()
    {
        await PrepareAsync();
        var answers = await GrpcClient.CallAsync(GrpcAddress.Authority, $$$"""
            [{"method":"ModelMetadata","request":{"name":"press-oven"},"metadata":{"authorization":"Bearer {{{_scoped}}}"}},
             {"method":"ModelStreamInfer","messages":[{"model_name":"press-oven"}],"metadata":{"authorization":"Bearer {{{_scoped}}}"}}]
            """);
        Assert.Equal(5, answers[0]!["code"]!.GetValue<int>());
        foreach (string told in (string[])[answers[0]!["details"]!.GetValue<string>(), answers[1]!["answers"]![0]!["error_message"]!.GetValue<string>()])
        {
            Assert.DoesNotContain("mess-oven", told);
            Assert.Contains("press-1", told);
        }

        string wish = DeploymentJson.Write(new DeploymentSpec { Fallback = "press-oven" });
        Assert.Contains("mess-oven", await CallAsync("PUT", "/api/deployments/press-1", _whole, wish, 400));
        Assert.DoesNotContain("mess-oven", await CallAsync("PUT", "/api/deployments/press-1", _scoped, wish, 400));
    }

    [Fact]
    public async Task A_fallback_of_ones_own_choosing_is_a_model_that_the_key_may_use()
    {
        await PrepareAsync();
        Assert.Contains("may use the models press-*, not oven", await CallAsync("PUT", "/api/deployments/press-1", _scoped, """{"fallback":"oven:1"}""", 403));
        Assert.Empty(Registry.Deployments.History("press-1"));
        string late = """{"rows":[{"Torque":51.5,"Grade":"L","Cooled":true}],"timeoutMs":0}""";
        await CallAsync("POST", "/api/models/press-1/predict", _scoped, late, 504);

        // What somebody who may choose has chosen holds, and may be said again beside something else.
        await CallAsync("PUT", "/api/deployments/press-1", _whole, """{"fallback":"oven"}""");
        await CallAsync("PUT", "/api/deployments/press-1", _scoped, """{"fallback":"oven","limits":{"queue":9}}""");
        Assert.Contains("\"oven\"", await CallAsync("POST", "/api/models/press-1/predict", _scoped, late));
        await CallAsync("PUT", "/api/deployments/press-1", _scoped, """{"fallback":"oven:1"}""", 403);
    }

    [Fact]
    public async Task Trainings_of_other_models_are_not_there_and_pages_are_closed()
    {
        await PrepareAsync();
        Registry.Runs.Begin("r1", "press-1", "{}", "1", Home);
        Registry.Runs.Begin("r2", "oven", "{}", "1", Home);
        Assert.Equal(["press-1"], JsonNode.Parse(await CallAsync("GET", "/api/runs?limit=1", _scoped))!["runs"]!.AsArray().Select(r => r!["name"]!.GetValue<string>()));
        Assert.Equal(2, JsonNode.Parse(await CallAsync("GET", "/api/runs", _whole))!["runs"]!.AsArray().Count);
        await CallAsync("GET", "/api/runs/r1", _scoped);
        Assert.Equal(await DetailAsync("r3"), (await DetailAsync("r2")).Replace("r2", "r3", StringComparison.Ordinal));
        foreach (string page in (string[])["/", "/models", "/models/press-1", "/deployments", "/runs"])
        {
            await CallAsync("GET", page, _whole);
            Assert.DoesNotContain("oven", await CallAsync("GET", page, _scoped, expected: 403));
        }

        async Task<string> DetailAsync(string run) => JsonNode.Parse(await CallAsync("GET", $"/api/runs/{run}", _scoped, expected: 404))!["detail"]!.GetValue<string>();
    }

    async Task PrepareAsync()
    {
        foreach (string name in (string[])["press-1", "mess-oven", "oven"]) await RegisterAsync(name, Samples.Classifier());
        _scoped = Registry.Keys.Create("of the presses", Permissions.Predict | Permissions.Manage, ModelPatterns.Parse("press-*")).Text;
        _whole = Registry.Keys.Create("of all", Permissions.Predict | Permissions.Manage, ModelPatterns.Every).Text;
        while (await IsRefusedAsync(null) is false || await IsRefusedAsync(_whole)) await Task.Delay(50);   // the server follows the registry's keys …
        await CallAsync("POST", "/api/models/nobody/predict", _whole, Row, 404);   // … and looks for its models
    }

    async Task<bool> IsRefusedAsync(string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/models");
        if (key is not null) request.Headers.Add("Authorization", $"Bearer {key}");
        using var answer = await Http.SendAsync(request);
        return answer.StatusCode == System.Net.HttpStatusCode.Unauthorized;
    }

    /// <summary>Names and labels of the series: the values move on.</summary>
    static IEnumerable<string> Names(IEnumerable<string> lines) => lines.Where(line => line.Length > 0 && line[0] != '#').Select(line => line[..line.LastIndexOf(' ')]).Where(name => !name.StartsWith("http_", StringComparison.Ordinal) && !name.StartsWith("kestrel_", StringComparison.Ordinal));

    async Task<string> CallAsync(string method, string path, string key, string? body = null, int expected = 200)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Headers = { { "Authorization", $"Bearer {key}" } } };
        if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return text;
    }
}
