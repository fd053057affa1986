using System.Text;
using System.Text.Json.Nodes;
using Takt.EndToEnd.Access;
using Takt.EndToEnd.Doors;
using Takt.EndToEnd.Program;

namespace Takt.EndToEnd.Traces;

[Collection("traces")]
public class SettingTests
{
    const string Rows = """{"rows":[{"x":3,"y":1}]}""";

    [Fact]
    public async Task Trace_settings_are_read_set_and_cleared_for_the_server_and_for_a_model()
    {
        await using var server = await TracedServer.StartAsync(rate: 3);
        Assert.Equal("""{"trace_file":"","trace_level":["TIMESTAMPS"],"trace_rate":"3","trace_count":"-1","log_frequency":"0"}""", await SendAsync(server.Http, "/v2/trace/setting"));
        Assert.Equal("""{"trace_file":"","trace_level":["TIMESTAMPS","TENSORS"],"trace_rate":"1","trace_count":"2","log_frequency":"0"}""",
            await SendAsync(server.Http, "/v2/models/press/trace/setting", """{"trace_level":["TIMESTAMPS","TENSORS"],"trace_rate":"1","trace_count":2}"""));
        Assert.Contains("\"OFF\"", await SendAsync(server.Http, "/v2/trace/setting", """{"trace_level":["OFF"]}"""));

        // The next two calls of press are traced, and no call of oven.
        var traced = new List<bool>();
        foreach (string model in new[] { "press", "oven", "press", "press", "oven" }) traced.Add(await IsTracedAsync(server.Http, model));
        Assert.Equal([true, false, true, false, false], traced);
        Assert.Contains("\"trace_count\":\"0\"", await SendAsync(server.Http, "/v2/models/press/trace/setting"));

        Assert.Contains("""["OFF"],"trace_rate":"3","trace_count":"-1" """.Trim(), await SendAsync(server.Http, "/v2/models/press/trace/setting", """{"trace_level":null,"trace_rate":null,"trace_count":null}"""));
        Assert.Contains("TIMESTAMPS", await SendAsync(server.Http, "/v2/trace/setting", """{"trace_level":null}"""));
        Assert.Contains("trace-setting-changed", await SendAsync(server.Http, "/api/audit?subject=press"));

        var spans = await server.SpansAsync();
        Assert.Equal(2, spans.Count(s => s.Name == "predict press"));
        Assert.All(spans.Where(s => s.Name == "predict press"), s => Assert.Equal(("""{"x":3,"y":1}""", "7"), (s.Tags["takt.input.0"], s.Tags["takt.output.0"])));
    }

    [Fact]
    public async Task What_the_deployment_keeps_out_of_written_calls_is_kept_out_of_traces()
    {
        await using var server = await TracedServer.StartAsync(redact: ["x", "length"]);
        await SendAsync(server.Http, "/v2/trace/setting", """{"trace_level":["TENSORS"]}""");
        await IsTracedAsync(server.Http, "press");
        await SendAsync(server.Http, "/api/models/press/predict", """{"rows":[{"x":"4711","y":1}]}""", 400);
        await SendAsync(server.Http, "/v2/models/press/infer", """{"inputs":[{"name":"x","datatype":"FP64","shape":[1,1],"data":[4711]},{"name":"y","datatype":"FP32","shape":[1,1],"data":[1]}]}""");
        var calls = (await server.SpansAsync()).Where(s => s.Name == "predict press").ToList();
        Assert.Equal(3, calls.Count);
        Assert.All(calls.SelectMany(c => c.Tags.Values), value => Assert.DoesNotContain("4711", value));
        Assert.Equal("""{"y":1}""", calls.Single(c => c.Tags.ContainsKey("takt.input.0")).Tags["takt.input.0"]);
        Assert.Equal(("FP64 [1, 1]", "FP32 [1, 1]: 1", "FP64 [1, 1]"), calls.Where(c => c.Tags.ContainsKey("takt.input.x")).Select(c => (c.Tags["takt.input.x"], c.Tags["takt.input.y"], c.Tags["takt.output.length"])).Single());
    }

    [Theory]
    [InlineData("/v2/trace/setting", """{"trace_rate":"0","trace_level":["ALL"],"log_frequency":"5","trace_file":"/tmp/x"}""", 400, "trace_rate '0'", "trace_level 'ALL'", "log_frequency '5'", "trace_file '/tmp/x'")]
    [InlineData("/v2/trace/setting", """{"trace_rat":"1"}""", 400, "Did you mean 'trace_rate'?")]
    [InlineData("/v2/trace/setting", """{"trace_level":["OFF","TIMESTAMPS"]}""", 400, "OFF alone")]
    [InlineData("/v2/trace/setting", """{"trace_level":{"a":1}}""", 400, "an object as 'trace_level'")]
    [InlineData("/v2/models/pres/trace/setting", """{"trace_rate":"1"}""", 404, "Did you mean 'press'?")]
    [InlineData("/v2/logging", """{"log_info":"yes","log_verbose_level":-1,"log_format":"fancy","log_file":"/tmp/x"}""", 400, "\"yes\" as 'log_info'", "-1 as 'log_verbose_level'", "ISO8601", "stderr")]
    [InlineData("/v2/logging", """{"log_infos":true}""", 400, "Did you mean 'log_info'?")]
    public async Task Wrong_settings_are_told_all_at_once_in_the_protocols_form(string path, string body, int status, params string[] told)
    {
        await using var server = await TracedServer.StartAsync();
        string answer = JsonNode.Parse(await SendAsync(server.Http, path, body, status))!["error"]!.GetValue<string>();
        foreach (string one in told) Assert.Contains(one, answer);
    }

    [Fact]
    public async Task Over_gRPC_the_same_settings_are_read_and_set()
    {
        await using var server = await TracedServer.StartAsync();
        var answers = await GrpcClient.CallAsync(server.GrpcAddress.Authority, """
            [{"method":"TraceSetting","request":{"model_name":"press","settings":{"trace_rate":{"value":["9"]},"trace_level":{"value":["TENSORS"]}}}},
             {"method":"TraceSetting","request":{"model_name":"press"}},
             {"method":"TraceSetting","request":{"model_name":"press","settings":{"trace_rate":{"value":[]}}}},
             {"method":"TraceSetting","request":{"model_name":"nobody"}},
             {"method":"LogSettings","request":{"settings":{"log_verbose_level":{"uint32_param":1},"log_info":{"bool_param":false},"log_format":{"string_param":"ISO8601"}}}},
             {"method":"LogSettings","request":{"settings":{"log_format":{"string_param":"fancy"}}}}]
            """);
        Assert.Equal("9", answers[1]!["answer"]!["settings"]!["trace_rate"]!["value"]![0]!.GetValue<string>());
        Assert.Equal("TENSORS", answers[1]!["answer"]!["settings"]!["trace_level"]!["value"]![0]!.GetValue<string>());
        Assert.Equal("1", answers[2]!["answer"]!["settings"]!["trace_rate"]!["value"]![0]!.GetValue<string>());
        Assert.Equal(5, answers[3]!["code"]!.GetValue<int>());
        Assert.Equal(3, answers[5]!["code"]!.GetValue<int>());
        Assert.Equal("""{"log_file":"","log_info":false,"log_warning":true,"log_error":true,"log_verbose_level":1,"log_format":"ISO8601"}""", await SendAsync(server.Http, "/v2/logging"));
    }

    [Fact]
    public async Task The_log_follows_its_switches_at_once()
    {
        using var folder = new TemporaryFolder();
        using var server = await TaktServer.StartAsync(folder.Path, "--grpc-urls", "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = server.Address };
        await SendAsync(http, "/v2/logging", """{"log_verbose_level":1,"log_format":"ISO8601"}""");
        await SendAsync(http, "/v2/models");
        await server.Program.UntilAsync(p => p.Error.Contains("Request starting HTTP/1.1 GET"), "every request is told", TimeSpan.FromSeconds(20));
        Assert.Matches(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info: Microsoft.AspNetCore.Hosting", server.Program.Error);

        await SendAsync(http, "/v2/logging", """{"log_verbose_level":0,"log_warning":false,"log_error":false,"log_info":false,"log_format":"default"}""");
        await Task.Delay(300); // what was on its way is written
        int length = server.Program.Error.Length;
        await SendAsync(http, "/v2/models");
        await SendAsync(http, "/v2/models/nobody", expected: 404);
        await Task.Delay(300);
        Assert.Equal(length, server.Program.Error.Length);
    }

    [Fact]
    public async Task Without_a_collector_nothing_can_be_traced_and_nothing_is()
    {
        using var folder = new TemporaryFolder();
        using var server = await TaktServer.StartAsync(folder.Path, "--grpc-urls", "http://127.0.0.1:0");
        using var http = new HttpClient { BaseAddress = server.Address };
        Assert.Contains("\"OFF\"", await SendAsync(http, "/v2/trace/setting"));
        Assert.Contains("takt serve --otlp", await SendAsync(http, "/v2/trace/setting", """{"trace_level":["TIMESTAMPS"]}""", 400));
    }

    static async Task<bool> IsTracedAsync(HttpClient http, string model)
    {
        using var content = new StringContent(Rows, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"/api/models/{model}/predict", UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode);
        return response.Headers.Contains("traceparent");
    }

    static async Task<string> SendAsync(HttpClient http, string path, string? body = null, int expected = 200)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return text;
    }
}
