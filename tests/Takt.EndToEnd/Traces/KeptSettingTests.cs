using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Takt.EndToEnd.Doors;
using Takt.EndToEnd.Program;
using Takt.Graphs.Packages;
using Takt.Graphs.Tests.Packages;
using Takt.Registry;
using Takt.Registry.Models;

namespace Takt.EndToEnd.Traces;

/// <summary>Trace and log settings belong to the home: a killed server begins with them again, and its neighbours follow.</summary>
[Collection("traces")]
public sealed class KeptSettingTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_killed_server_traces_and_logs_after_its_start_as_it_was_told_before()
    {
        foreach (string name in (string[])["press", "oven"]) await RegisterAsync(name);
        using var collector = new TraceCollector();
        string[] words = ["--otlp", collector.Address.ToString(), "--trace-rate", "3"];
        using (var server = await TaktServer.StartAsync(_folder.Path, words))
        using (var http = new HttpClient { BaseAddress = server.Address })
        {
            await SendAsync(http, "/v2/trace/setting", """{"trace_level":["OFF"],"trace_rate":"7"}""");
            await SendAsync(http, "/v2/trace/setting", """{"trace_rate":null}""");
            await SendAsync(http, "/v2/models/press/trace/setting", """{"trace_level":["TIMESTAMPS"],"trace_rate":2}""");
            string grpc = Regex.Match(server.Program.Error, @"over gRPC at http://(?<authority>\S+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)).Groups["authority"].Value;
            var answers = await GrpcClient.CallAsync(grpc, """
                [{"method":"TraceSetting","request":{"model_name":"press","settings":{"trace_rate":{"value":["1"]}}}},
                 {"method":"LogSettings","request":{"settings":{"log_format":{"string_param":"ISO8601"},"log_info":{"bool_param":false}}}}]
                """);
            Assert.All(answers, answer => Assert.NotNull(answer!["answer"]));
            server.Program.Kill();
        }

        using (var server = await TaktServer.StartAsync(_folder.Path, words))
        using (var http = new HttpClient { BaseAddress = server.Address })
        {
            Assert.Equal("""{"trace_file":"","trace_level":["OFF"],"trace_rate":"3","trace_count":"-1","log_frequency":"0"}""", await SendAsync(http, "/v2/trace/setting"));
            Assert.Equal("""{"trace_file":"","trace_level":["TIMESTAMPS"],"trace_rate":"1","trace_count":"-1","log_frequency":"0"}""", await SendAsync(http, "/v2/models/press/trace/setting"));
            Assert.Equal("""{"log_file":"","log_info":false,"log_warning":true,"log_error":true,"log_verbose_level":0,"log_format":"ISO8601"}""", await SendAsync(http, "/v2/logging"));
            foreach (var (model, isTraced) in ((string, bool)[])[("press", true), ("oven", false), ("press", true), ("oven", false)]) Assert.Equal(isTraced, await IsTracedAsync(http, model));

            // Nothing but where it listens was told, though models were loaded; and that in the form that was asked for.
            string[] lines = server.Program.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.All(lines, line => Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ info: Takt.Start\[0\]", line));
            Assert.Contains("trace-setting-changed", await SendAsync(http, "/api/audit?subject=press"));
        }

        var registry = ModelRegistry.Open(Home, TimeProvider.System);
        Assert.Null(registry.Audit.Verify().BrokenAt);
    }

    [Fact]
    public async Task Another_server_of_the_home_follows_within_moments()
    {
        using var one = await TaktServer.StartAsync(_folder.Path);
        using var other = await TaktServer.StartAsync(_folder.Path);
        using HttpClient first = new() { BaseAddress = one.Address }, second = new() { BaseAddress = other.Address };
        await SendAsync(first, "/v2/logging", """{"log_verbose_level":1}""");
        var patience = Stopwatch.StartNew();
        while (!(await SendAsync(second, "/v2/logging")).Contains("\"log_verbose_level\":1"))
        {
            Assert.True(patience.Elapsed < TimeSpan.FromSeconds(30), "the second server does not follow");
            await Task.Delay(50);
        }
    }

    string Home => _folder[".takt"];

    static async Task<bool> IsTracedAsync(HttpClient http, string model)
    {
        using var content = new StringContent("""{"rows":[{"Torque":51.5,"Grade":"L","Cooled":true}]}""", Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri($"/api/models/{model}/predict", UriKind.Relative), content);
        Assert.True(response.IsSuccessStatusCode);
        return response.Headers.Contains("traceparent");
    }

    static async Task<string> SendAsync(HttpClient http, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
        using var response = await http.SendAsync(request);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }

    async Task RegisterAsync(string name)
    {
        var package = Samples.Classifier();
        PackageFile.Write(package, _folder["press.takt"]);
        await ModelRegistry.Open(Home, TimeProvider.System).Models.RegisterAsync(
            new NewVersion(name, package.Task, "Failure", """{"metric":"f1"}""", """{"test":{"f1":0.8}}"""), _folder["press.takt"], CancellationToken.None);
    }
}
