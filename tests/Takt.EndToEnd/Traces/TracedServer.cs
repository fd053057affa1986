using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Tests.Serving;
using Takt.Traces;

namespace Takt.EndToEnd.Traces;

/// <summary>The real server with a collector of its own. Stopping it sends what it still holds.</summary>
sealed class TracedServer : IAsyncDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-traces-").FullName;
    readonly WebApplication _app;
    bool _stopped;

    TracedServer(int rate, string[] redact)
    {
        Collector = new TraceCollector();
        _app = Server.Build(new ServerOptions
        {
            Home = _home,
            Urls = ["http://127.0.0.1:0"],
            Serving = new() { Default = new() { Log = new() { Redact = redact } } },
            Traces = TraceOptions.Read(Collector.Address.ToString(), rate, _ => null),
            Compose = builder =>
            {
                builder.Services.AddSingleton<IModelCatalog>(new MemoryCatalog().Add("press", 1, "2").Add("oven", 1, "3"));
                builder.Services.AddSingleton<IModelBackend>(new ArithmeticBackend());
            },
        });
    }

    public TraceCollector Collector { get; }

    public HttpClient Http { get; private set; } = null!;

    public Uri GrpcAddress => new(_app.Urls.Last());

    public static async Task<TracedServer> StartAsync(int rate = 1, params string[] redact)
    {
        var server = new TracedServer(rate, redact);
        await Server.StartAsync(server._app, CancellationToken.None);
        server.Http = new HttpClient { BaseAddress = new Uri(server._app.Urls.First()) };
        return server;
    }

    /// <summary>Stops the server and returns every span that its collector has got.</summary>
    public async Task<ReceivedSpan[]> SpansAsync()
    {
        if (!_stopped)
        {
            await _app.StopAsync(); // the log of calls is written to the end
            await _app.DisposeAsync();
        }

        _stopped = true;
        return [.. Collector.Spans];
    }

    public async ValueTask DisposeAsync()
    {
        await SpansAsync();
        Collector.Dispose();
        Http.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }
}
