using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Takt.Client;
using Takt.EndToEnd.Program;
using Takt.Protocols.Deployments;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Tests.Serving;

namespace Takt.EndToEnd.Doors;

/// <summary>The generate calls, over a backend that speaks word by word. No model that Takt trains or imports answers in pieces; the contract for those that will is <see cref="IStreamingModel"/>.</summary>
public sealed class GenerateTests : IAsyncLifetime
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-generate-").FullName;
    readonly SpeakingBackend _backend = new(new ArithmeticBackend());
    WebApplication _app = null!;
    HttpClient Http { get; set; } = null!;
    HeardLog Heard { get; } = new();

    public async Task InitializeAsync()
    {
        _app = Server.Build(new ServerOptions
        {
            Home = _home,
            Urls = ["http://127.0.0.1:0"],
            Compose = builder =>
            {
                builder.Services.AddSingleton<IModelCatalog>(new MemoryCatalog().Add("speaker", 1, "speaker").Add("press", 1, "2").Deploy("speaker", new DeploymentSpec { Log = new() { Share = 1, Payloads = true } }));
                builder.Services.AddSingleton<IModelBackend>(_backend);
                builder.Logging.AddProvider(Heard);
            },
        });
        await Server.StartAsync(_app, CancellationToken.None);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _backend.Gate.TrySetResult();
        Http.Dispose();
        await _app.StopAsync(); // the log of calls is written to the end
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData("/v2/models/speaker/generate", """{"id":"g-1","text_input":"we press on","parameters":{"shout":true,"station":"a"}}""", """{"model_name":"speaker","model_version":"1","id":"g-1","text_output":"WE PRESS ON ","place":[0,1,2]}""")]
    [InlineData("/v2/models/speaker/versions/1/generate", """{"text_input":["once"],"shout":[false]}""", """{"model_name":"speaker","model_version":"1","text_output":"once ","place":0}""")]
    public async Task One_answer_holds_all_pieces(string path, string body, string expected)
    {
        using var response = await PostAsync(path, body);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(expected, await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_stream_sends_each_piece_as_it_is_made()
    {
        _backend.WaitsAfter = "first";
        using var response = await PostAsync("/v2/models/speaker/generate_stream", """{"text_input":"first second","shout":false}""");
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        using var stream = await response.Content.ReadAsStreamAsync();
        byte[] bytes = new byte[1000];
        const string First = "data: {\"model_name\":\"speaker\",\"model_version\":\"1\",\"text_output\":\"first \",\"place\":0}\n\n";
        await stream.ReadExactlyAsync(bytes.AsMemory(0, First.Length));   // before the second is made: it waits for us
        Assert.Equal(First, Encoding.UTF8.GetString(bytes, 0, First.Length));
        _backend.Gate.SetResult();
        using var reader = new StreamReader(stream);
        Assert.Equal(First.Replace("first ", "second ").Replace(":0}", ":1}"), await reader.ReadToEndAsync());
    }

    [Fact]
    public async Task What_was_asked_is_written_down_and_how_it_ended()
    {
        (await PostAsync("/v2/models/speaker/generate", """{"text_input":"we press on","shout":false}""")).Dispose();
        (await PostAsync("/v2/models/speaker/generate", """{"text_input":"boom","shout":false}""")).Dispose();
        JsonArray calls = [];
        for (int i = 0; i < 400 && calls.Count < 2; i++)
        {
            await Task.Delay(25);
            calls = JsonNode.Parse(await Http.GetStringAsync(new Uri("/api/requests?model=speaker", UriKind.Relative)))!["requests"]!.AsArray();
        }

        Assert.Equal(["bad_input", "ok"], calls.Select(c => c!["outcome"]!.GetValue<string>()));
        var payload = JsonNode.Parse(await Http.GetStringAsync(new Uri("/api/requests/1", UriKind.Relative)))!["payload"]!;
        Assert.Contains("we press on", payload["inputs"]!.ToJsonString());
        Assert.Null(payload["outputs"]);
    }

    [Fact]
    public async Task A_failure_before_the_first_piece_has_a_status_and_one_after_it_is_an_event()
    {
        using var before = await PostAsync("/v2/models/speaker/generate_stream", """{"text_input":"boom","shout":false}""");
        Assert.Equal((400, "the word boom."), ((int)before.StatusCode, JsonNode.Parse(await before.Content.ReadAsStringAsync())!["error"]!.GetValue<string>()));
        using var after = await PostAsync("/v2/models/speaker/generate_stream", """{"text_input":"all is boom well","shout":false}""");
        Assert.Equal(200, (int)after.StatusCode);
        string[] events = (await after.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, events.Length);
        Assert.Equal("""data: {"error":"the word boom."}""", events[2]);
        using var inside = await PostAsync("/v2/models/speaker/generate_stream", """{"text_input":"all crash","shout":false}""");
        string text = await inside.Content.ReadAsStringAsync();
        Assert.Contains("failed inside the server", text);
        Assert.DoesNotContain("secret", text);
        using var whole = await PostAsync("/v2/models/speaker/generate", """{"text_input":"all is boom","shout":false}""");
        Assert.Equal(400, (int)whole.StatusCode);
    }

    [Fact]
    public async Task Generating_ends_when_the_caller_leaves()
    {
        _backend.WaitsAfter = "first";
        using (var response = await PostAsync("/v2/models/speaker/generate_stream", """{"text_input":"first second","shout":false}"""))
        using (var stream = await response.Content.ReadAsStreamAsync()) await stream.ReadExactlyAsync(new byte[10]);
        await _backend.Left.Task.WaitAsync(TimeSpan.FromSeconds(20));
        string counted = "";
        for (int i = 0; i < 100 && !(counted.Contains("reason=\"cancelled\"") && counted.Contains("takt_serving_active 0")); i++, await Task.Delay(50)) counted = await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("takt_serving_failures_total{model=\"speaker\",reason=\"cancelled\",version=\"1\"} 1", counted);
        Assert.Contains("takt_serving_active 0", counted);
    }

    [Fact]
    public async Task Streams_are_counted_and_the_configuration_tells_that_answers_come_in_pieces()
    {
        await PostAsync("/v2/models/speaker/generate", """{"text_input":"a b","shout":false}""");
        await PostAsync("/v2/models/speaker/generate_stream", """{"text_input":"a b","shout":false}""");
        var stats = JsonNode.Parse(await Http.GetStringAsync(new Uri("/v2/models/speaker/stats", UriKind.Relative)))!["model_stats"]![0]!;
        Assert.Equal(2, stats["inference_stats"]!["success"]!["count"]!.GetValue<int>());
        var deployments = JsonNode.Parse(await Http.GetStringAsync(new Uri("/api/deployments", UriKind.Relative)))!["deployments"]!.AsArray();
        var energy = deployments.Single(d => d!["model"]!.GetValue<string>() == "speaker")!["versions"]![0]!["energy"]!;
        Assert.True(energy["cpuSeconds"]!.GetValue<double>() > 0 && energy["joulesPerRow"]!.GetValue<double>() >= 0, energy.ToJsonString());
        Assert.Matches("""takt_serving_cpu_seconds_total\{model="speaker",version="1"\} [0-9.E-]*[1-9]""", await Http.GetStringAsync(new Uri("/metrics", UriKind.Relative)));
        Assert.Contains("\"decoupled\":true", await Http.GetStringAsync(new Uri("/v2/models/speaker/config", UriKind.Relative)));
        Assert.Contains("\"decoupled\":false", await Http.GetStringAsync(new Uri("/v2/models/press/config", UriKind.Relative)));
    }

    [Fact]
    public async Task The_client_reads_pieces_as_they_are_made_and_its_leaving_ends_the_generating()
    {
        using var takt = new TaktClient(Http.BaseAddress!);
        var whole = await takt.GenerateAsync("speaker:1", new JsonObject { ["text_input"] = "we press on", ["shout"] = true },
            new CallContext { Parameters = new Dictionary<string, string> { ["station"] = "a" }, Priority = 1, Timeout = TimeSpan.FromMinutes(1), Deadline = DateTimeOffset.UtcNow.AddMinutes(1) });
        Assert.Equal(("speaker", "1", "WE PRESS ON ", "[0,1,2]"), (whole.Model, whole.Version, whole.Text, whole.Outputs["place"]!.ToJsonString()));

        _backend.WaitsAfter = "first";
        await using (var pieces = takt.GenerateStreamAsync("speaker", new JsonObject { ["text_input"] = "first second", ["shout"] = false }).GetAsyncEnumerator())
        {
            Assert.True(await pieces.MoveNextAsync()); // before the second is made: it waits for the reader
            Assert.Equal(("first ", 0), (pieces.Current.Text, pieces.Current.Outputs["place"]!.GetValue<int>()));
        }

        await _backend.Left.Task.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task The_client_can_cancel_and_is_told_what_went_wrong_before_and_after_the_first_piece()
    {
        using var takt = new TaktClient(Http.BaseAddress!);
        List<string?> heard = [];
        var before = await Assert.ThrowsAsync<TaktException>(() => ReadAsync("boom"));
        Assert.Equal((400, "the word boom"), (before.Status, before.Problems.Single().Found));
        var after = await Assert.ThrowsAsync<TaktException>(() => ReadAsync("all is boom well"));
        Assert.Equal(((int?)null, "the word boom"), (after.Status, after.Problems.Single().Found));
        Assert.Equal(["all ", "is "], heard);
        Assert.Equal(400, (await Assert.ThrowsAsync<TaktException>(() => takt.GenerateAsync("press", new JsonObject { ["x"] = 3 }))).Status);

        _backend.WaitsAfter = "first";
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in takt.GenerateStreamAsync("speaker", new JsonObject { ["text_input"] = "first second", ["shout"] = false }, stop: stop.Token)) await stop.CancelAsync();
        });
        await _backend.Left.Task.WaitAsync(TimeSpan.FromSeconds(20));

        async Task ReadAsync(string text)
        {
            await foreach (var piece in takt.GenerateStreamAsync("speaker", new JsonObject { ["text_input"] = text, ["shout"] = false })) heard.Add(piece.Text);
        }
    }

    [Fact]
    public async Task Over_gRPC_the_same_pieces_come_on_the_stream()
    {
        string text = Convert.ToBase64String(Encoding.UTF8.GetBytes("a b"));
        var answers = (await GrpcClient.CallAsync(new Uri(_app.Urls.Last()).Authority, $$$"""
            [{"method":"ModelStreamInfer","messages":[{"model_name":"speaker","id":"s","parameters":{"triton_enable_empty_final_response":{"bool_param":true}},
              "inputs":[{"name":"text_input","datatype":"BYTES","shape":[1],"contents":{"bytes_contents":[{"base64":"{{{text}}}"}]}},{"name":"shout","datatype":"BOOL","shape":[1],"contents":{"bool_contents":[false]}}]}]}]
            """))[0]!["answers"]!.AsArray();
        Assert.Equal(3, answers.Count);
        Assert.Equal([0, 1], answers.Take(2).Select(a => a!["infer_response"]!["outputs"]![1]!["contents"]!["int_contents"]![0]!.GetValue<int>()));
        Assert.True(answers[2]!["infer_response"]!["parameters"]!["triton_final_response"]!["bool_param"]!.GetValue<bool>());
    }

    [Fact]
    public async Task What_fails_inside_is_told_over_gRPC_without_its_secret_and_is_in_the_log_and_the_stream_goes_on()
    {
        var stream = (await GrpcClient.CallAsync(new Uri(_app.Urls.Last()).Authority, $$$"""
            [{"method":"ModelStreamInfer","metadata":{"x-request-id":"failing-1"},"messages":[{{{Message("crash", "1")}}},{{{Message("all crash", "2")}}},{{{Message("well", "3")}}}]}]
            """))[0]!;
        Assert.Null(stream["code"]);   // the stream itself ends well
        var answers = stream["answers"]!.AsArray();
        Assert.Equal([("1", false), ("2", true), ("2", false), ("3", true)], answers.Select(a => (a!["infer_response"]!["id"]!.GetValue<string>(), a["error_message"]!.GetValue<string>().Length == 0)));
        foreach (int failed in (int[])[0, 2])
            Assert.Equal("the request failed inside the server. The server's log says why, under request failing-1.", answers[failed]!["error_message"]!.GetValue<string>());
        Assert.DoesNotContain("secret", stream.ToJsonString());
        Assert.DoesNotContain("Exception", stream.ToJsonString());
        await Heard.UntilAsync("A request of a stream to speaker failed, under request failing-1", times: 2);

        static string Message(string text, string id) => $$$"""
            {"model_name":"speaker","id":"{{{id}}}","inputs":[{"name":"text_input","datatype":"BYTES","shape":[1],"contents":{"bytes_contents":[{"base64":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}}"}]}},
             {"name":"shout","datatype":"BOOL","shape":[1],"contents":{"bool_contents":[false]}}]}
            """;
    }

    [Theory]
    [InlineData("/v2/models/press/generate", """{"x":3,"y":1}""", 400, "model 'press', which gives its whole answer at once; expected a model that generates, piece by piece. Ask with POST /v2/models/press/infer")]
    [InlineData("/v2/models/press/generate_stream", """{"x":3,"y":1}""", 400, "POST /v2/models/press/infer")]
    [InlineData("/v2/models/nobody/generate", """{"text_input":"a"}""", 404, "no model 'nobody'")]
    [InlineData("/v2/models/speaker/generate", """{"text_inputs":"a","id":7}""", 400, "unknown field 'text_inputs'", "Did you mean 'text_input'?", "'id' that is no text", "no field 'text_input'", "no field 'shout'")]
    [InlineData("/v2/models/speaker/generate", """{"text_input":"a","shout":"loud"}""", 400, "shout")]
    [InlineData("/v2/models/speaker/generate", """{"text_input":"a","shout":true,"parameters":[1]}""", 400, "'parameters' that is no object")]
    [InlineData("/v2/models/speaker/generate_stream", "[1]", 400, "a body that is no object")]
    [InlineData("/v2/models/speaker/generate_stream", "{", 400, "line 1")]
    public async Task What_is_wrong_is_told_in_the_protocols_form(string path, string body, int status, params string[] told)
    {
        using var response = await PostAsync(path, body);
        string error = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!.GetValue<string>();
        Assert.Equal(status, (int)response.StatusCode);
        foreach (string one in told) Assert.Contains(one, error);
    }

    async Task<HttpResponseMessage> PostAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }
}
