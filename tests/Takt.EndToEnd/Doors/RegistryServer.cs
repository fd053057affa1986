using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Takt.EndToEnd.Program;
using Takt.Graphs.Packages;
using Takt.Registry;
using Takt.Registry.Models;

namespace Takt.EndToEnd.Doors;

/// <summary>Tests over the real server with a real registry, which other processes may write too.</summary>
public abstract class RegistryServer : IAsyncLifetime
{
    WebApplication _app = null!;

    protected string Home { get; } = Directory.CreateTempSubdirectory("takt-packages-").FullName;

    protected ModelRegistry Registry { get; private set; } = null!;

    protected HttpClient Http { get; private set; } = null!;

    /// <summary>What the server tells.</summary>
    protected HeardLog Log { get; } = new();

    /// <summary>Where gRPC is spoken.</summary>
    protected Uri GrpcAddress => new(_app.Urls.Last());

    public async Task InitializeAsync()
    {
        await StartAsync();
        Registry = ModelRegistry.Open(Home, TimeProvider.System); // as another process has it
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync(); // the log of calls is written to the end
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(Home, recursive: true);
    }

    /// <summary>Stops the server and starts another over the same home.</summary>
    protected async Task RestartAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await StartAsync();
    }

    async Task StartAsync()
    {
        _app = Server.Build(new ServerOptions { Home = Home, Urls = ["http://127.0.0.1:0"], Compose = builder => builder.Logging.AddProvider(Log) });
        await Server.StartAsync(_app, CancellationToken.None);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
    }

    /// <summary>Rows of the press, one of them with a missing value and a category that nobody knows.</summary>
    protected static JsonObject[] Rows() =>
    [
        new() { ["Torque"] = 51.5, ["Grade"] = "L", ["Cooled"] = true },
        new() { ["Torque"] = 33.1, ["Grade"] = "M", ["Cooled"] = false },
        new() { ["Torque"] = null, ["Grade"] = "unheard of", ["Cooled"] = true },
    ];

    /// <summary>Registers a package and returns the stored file.</summary>
    protected async Task<string> RegisterAsync(string name, Package package, params string[] aliases)
    {
        string file = Path.Combine(Home, $"{Guid.NewGuid():N}.takt");
        PackageFile.Write(package, file);
        var version = await Registry.Models.RegisterAsync(
            new NewVersion(name, package.Task, "Failure", """{"metric":"f1"}""", """{"test":{"f1":0.8}}""") { Aliases = aliases, MetricName = "f1", MetricValue = 0.8 }, file, CancellationToken.None);
        return Registry.Packages.PathOf(version.PackageSha256);
    }

    protected async Task<JsonNode> GetAsync(string path, int expected = 200)
    {
        using var response = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return await ReadAsync(response, expected);
    }

    protected Task<JsonNode> PostAsync(string path, JsonNode body, int expected = 200) => SendAsync(HttpMethod.Post, path, body, expected);

    protected Task<JsonNode> PutAsync(string path, JsonNode body, int expected = 200) => SendAsync(HttpMethod.Put, path, body, expected);

    async Task<JsonNode> SendAsync(HttpMethod method, string path, JsonNode body, int expected)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await Http.SendAsync(request);
        return await ReadAsync(response, expected);
    }

    static async Task<JsonNode> ReadAsync(HttpResponseMessage response, int expected)
    {
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == (int)response.StatusCode, $"{(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }
}
