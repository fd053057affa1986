using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Simulation;
using Takt.Protocols.Problems;

namespace Takt.EndToEnd.Doors;

public sealed class ServerTests : IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-server-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "http://0.0.0.0:0 lets other machines send passwords")]
    [InlineData("http://[::]:0", "lets other machines send passwords")]
    [InlineData("http://*:0", "lets other machines send passwords")]
    [InlineData("http://plant-7:0", "lets other machines send passwords")]
    [InlineData("plant-7", "address 'plant-7'; expected scheme, host and port as in http://127.0.0.1:7070.")]
    [InlineData("ftp://127.0.0.1:1", "address 'ftp://127.0.0.1:1'")]
    [InlineData("http://127.0.0.1:99999", "address 'http://127.0.0.1:99999'")]
    public void An_address_that_is_wrong_or_readable_on_the_way_is_refused(string url, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Server.Build(Options(url))).Message);

    [Fact]
    public async Task An_open_address_is_served_when_that_is_said_in_plain_words()
    {
        await using var app = Server.Build(Options("http://0.0.0.0:0") with { AllowOpen = true });
        await Server.StartAsync(app, CancellationToken.None);
        Assert.Equal(2, app.Urls.Count);   // the second for gRPC
    }

    [Theory]
    [InlineData("http://localhost:7070")]
    [InlineData("http://127.0.0.1:7070")]
    [InlineData("http://127.1.2.3:7070")]
    [InlineData("http://[::1]:7070")]
    public async Task Addresses_of_this_machine_alone_need_no_leave(string url)
    {
        await using var app = Server.Build(Options(url));
        Assert.NotNull(app);
    }

    [Fact]
    public async Task A_port_in_use_gets_one_clear_sentence()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        string url = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        var error = await Assert.ThrowsAsync<InputException>(() => Server.RunAsync(Options(url), CancellationToken.None));
        Assert.Equal($"another program listens on {url}. Stop it, or serve elsewhere with --urls http://127.0.0.1:7170.", error.Message);
    }

    [Fact]
    public async Task The_server_ends_when_told_to()
    {
        using var stop = new CancellationTokenSource();
        var running = Server.RunAsync(Options("http://127.0.0.1:0"), stop.Token);
        await Task.Delay(300);
        Assert.False(running.IsCompleted);
        await stop.CancelAsync();
        Assert.Equal(0, await running.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Fact]
    public async Task The_description_covers_every_call_with_summaries_and_resolvable_schemas()
    {
        await using var app = Server.Build(Options("http://127.0.0.1:0"));
        await Server.StartAsync(app, CancellationToken.None);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var document = JsonNode.Parse(await http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        var paths = document["paths"]!.AsObject();
        Assert.Equal(
        [
            "/api/audit", "/api/audit/live/{model}", "/api/audit/verification",
            "/api/deployments", "/api/deployments/{model}", "/api/deployments/{model}/rollback", "/api/deployments/{model}/start", "/api/deployments/{model}/stop", "/api/keys", "/api/keys/{key}",
            "/api/lines", "/api/lines/{line}", "/api/lines/{line}/stream", "/api/models", "/api/models/{model}", "/api/models/{model}/aliases", "/api/models/{model}/predict", "/api/models/{model}:explain", "/api/requests", "/api/requests/replay", "/api/requests/replays",
            "/api/requests/replays/{id}", "/api/requests/{id}", "/api/runs", "/api/runs/{id}",
            "/api/users", "/api/users/{user}",
            "/v2", "/v2/health/live", "/v2/health/ready", "/v2/logging", "/v2/models", "/v2/models/stats",
            "/v2/models/{model}", "/v2/models/{model}/config", "/v2/models/{model}/generate", "/v2/models/{model}/generate_stream", "/v2/models/{model}/infer", "/v2/models/{model}/ready", "/v2/models/{model}/stats", "/v2/models/{model}/trace/setting",
            "/v2/models/{model}/versions/{version}", "/v2/models/{model}/versions/{version}/config", "/v2/models/{model}/versions/{version}/generate",
            "/v2/models/{model}/versions/{version}/generate_stream", "/v2/models/{model}/versions/{version}/infer",
            "/v2/models/{model}/versions/{version}/ready", "/v2/models/{model}/versions/{version}/stats",
            "/v2/repository/index", "/v2/repository/models/{model}/load", "/v2/repository/models/{model}/unload",
            "/v2/repository/{repository}/index", "/v2/repository/{repository}/models/{model}/load", "/v2/repository/{repository}/models/{model}/unload", "/v2/trace/setting",
        ], paths.Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.All(paths.SelectMany(p => p.Value!.AsObject()), call =>
        {
            Assert.NotEmpty(call.Value!["summary"]!.GetValue<string>());
            var success = call.Value["responses"]!.AsObject().Single(response => response.Key[0] == '2');
            if (success.Key != "204") Assert.NotNull(success.Value!["content"]!.AsObject().Single().Value!["schema"]);
            if (call.Key == "post" && call.Value["requestBody"] is not null) Assert.NotNull(call.Value["requestBody"]!["content"]!["application/json"]!["schema"]);
        });
        string[] limited = [.. from path in paths from call in path.Value!.AsObject() where call.Value!["parameters"]?.AsArray().Any(p => (string?)p!["in"] == "header" && (string?)p["name"] == "Takt-Deadline") == true select path.Key];
        Assert.Equal(paths.Select(p => p.Key).Where(p => p.EndsWith("predict", StringComparison.Ordinal) || p.EndsWith("explain", StringComparison.Ordinal) || p.EndsWith("infer", StringComparison.Ordinal) || p.Contains("/generate")), limited);
        Assert.All(References(document), reference => Assert.NotNull(Resolve(document, reference)));
        var tensor = document["components"]!["schemas"]!["InferRequest"]!["properties"]!["inputs"]!["items"]!;
        Assert.Equal(["name", "shape", "datatype", "data"], tensor["required"]!.AsArray().Select(r => r!.GetValue<string>()));
        string page = await http.GetStringAsync(new Uri("/openapi", UriKind.Relative));
        Assert.Contains("<code>/api/models/{model}/predict</code>", page);
    }

    [Fact]
    public async Task Health_answers_and_unknown_pages_are_not_found()
    {
        await using var app = Server.Build(Options("http://127.0.0.1:0"));
        await Server.StartAsync(app, CancellationToken.None);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.Equal("live\n", await http.GetStringAsync(new Uri("/health/live", UriKind.Relative)));
        for (int i = 0; i < 100 && (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK; i++) await Task.Delay(50);
        Assert.Equal("ready\n", await http.GetStringAsync(new Uri("/health/ready", UriKind.Relative)));
        using var missing = await http.GetAsync(new Uri("/nowhere", UriKind.Relative));
        Assert.Equal((HttpStatusCode.NotFound, "text/plain"), (missing.StatusCode, missing.Content.Headers.ContentType?.MediaType));
    }

    [Fact]
    public async Task Pages_and_lines_are_there_and_wrong_lines_are_told_like_every_problem()
    {
        await using var app = Server.Build(Options("http://127.0.0.1:0"));
        app.Services.GetRequiredService<LineDirectory>().Add(new RunningLine(RunningLine.Demo(7), TimeProvider.System).Watch);
        await Server.StartAsync(app, CancellationToken.None);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Assert.StartsWith("<!DOCTYPE html>", await http.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.OrdinalIgnoreCase);
        string line = JsonNode.Parse(await http.GetStringAsync(new Uri("/api/lines", UriKind.Relative)))![0]!["id"]!.GetValue<string>();
        Assert.NotEmpty(JsonNode.Parse(await http.GetStringAsync(new Uri($"/api/lines/{line}?last=5", UriKind.Relative)))!["stations"]!.AsArray());
        foreach (var (path, status) in new[] { ("/api/lines/lime-9", 404), ("/api/lines/lime-9/stream", 404), ($"/api/lines/{line}?last=-1", 400), ($"/api/lines/{line}?last=x", 400) })
        {
            using var response = await http.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal((status, "application/problem+json"), ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }
    }

    [Fact]
    public async Task Open_streams_do_not_hold_up_the_end()
    {
        await using var app = Server.Build(Options("http://127.0.0.1:0") with { ShutdownTimeout = TimeSpan.FromMinutes(1) });
        var line = new RunningLine(RunningLine.Demo(7), TimeProvider.System);
        app.Services.GetRequiredService<LineDirectory>().Add(line.Watch);
        await Server.StartAsync(app, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var running = line.RunAsync(stop.Token);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        using var stream = new StreamReader(await http.GetStreamAsync(new Uri($"/api/lines/{line.Watch.Line.Id}/stream", UriKind.Relative)));
        Assert.Equal("event: cycle", await stream.ReadLineAsync());
        await app.StopAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await stream.ReadToEndAsync();
        await stop.CancelAsync();
        await Task.WhenAny(running);
    }

    ServerOptions Options(string url) => new() { Home = _home, Urls = [url] };

    static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => p is { Key: "$ref", Value: JsonValue v } ? [v.GetValue<string>()] : References(p.Value)),
        JsonArray a => a.SelectMany(References),
        _ => [],
    };

    static JsonNode? Resolve(JsonNode document, string reference) => reference.Split('/')[1..].Aggregate((JsonNode?)document, (node, name) => node?[name]);
}
