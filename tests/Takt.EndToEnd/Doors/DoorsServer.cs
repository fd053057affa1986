using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Tests.Serving;

namespace Takt.EndToEnd.Doors;

/// <summary>The real server on a free port of this machine, over a model that can be checked by hand.</summary>
public sealed class DoorsServer : IAsyncLifetime
{
    public const int MaxRequestBytes = 1 << 20;

    readonly string _home = Directory.CreateTempSubdirectory("takt-doors-").FullName;
    WebApplication? _app;

    internal MemoryCatalog Catalog { get; } = new MemoryCatalog().Add("press", 1, "2").Add("press", 2, "10").Alias("press", "champion", 1).Add("broken", 1, "broken");

    internal ArithmeticBackend Backend { get; } = new();

    public HttpClient Http { get; private set; } = null!;

    /// <summary>Where gRPC is spoken.</summary>
    public Uri GrpcAddress { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Backend.Broken["broken"] = new InvalidOperationException("/secret/path is on fire");
        _app = Server.Build(new ServerOptions
        {
            Home = _home,
            Urls = ["http://127.0.0.1:0"],
            MaxRequestBytes = MaxRequestBytes,
            Compose = builder =>
            {
                builder.Services.AddSingleton<IModelCatalog>(Catalog);
                builder.Services.AddSingleton<IModelBackend>(Backend);
            },
        });
        await Server.StartAsync(_app, CancellationToken.None);
        Http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        GrpcAddress = new Uri(_app.Urls.Last());
    }

    public async Task DisposeAsync()
    {
        Http.Dispose();
        await _app!.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    public async Task<(int Status, JsonNode? Body, HttpResponseMessage Response)> GetAsync(string path) => await ReadAsync(await Http.GetAsync(new Uri(path, UriKind.Relative)));

    public Task<(int Status, JsonNode? Body, HttpResponseMessage Response)> PostAsync(string path, string json) => PostAsync(path, Encoding.UTF8.GetBytes(json));

    public async Task<(int Status, JsonNode? Body, HttpResponseMessage Response)> PostAsync(string path, byte[] body, string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await ReadAsync(await Http.PostAsync(new Uri(path, UriKind.Relative), content));
    }

    /// <summary>More than the server takes. The client asks before it sends, as curl does: who is refused in the middle of sending may never read why.</summary>
    public async Task<(int Status, JsonNode? Body, HttpResponseMessage Response)> PostTooMuchAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[MaxRequestBytes + 1]) };
        request.Content.Headers.ContentType = new("application/json");
        request.Headers.ExpectContinue = true;
        return await ReadAsync(await Http.SendAsync(request));
    }

    static async Task<(int, JsonNode?, HttpResponseMessage)> ReadAsync(HttpResponseMessage response)
    {
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonNode.Parse(text) : null, response);
    }
}
