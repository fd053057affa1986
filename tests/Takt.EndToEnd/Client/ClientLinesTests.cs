using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.Client;
using Takt.Client.Lines;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Simulation;

namespace Takt.EndToEnd.Client;

/// <summary>The client on a line that runs.</summary>
public sealed class ClientLinesTests : IAsyncLifetime
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-lines-").FullName;
    readonly RunningLine _line = new(RunningLine.Demo(7), TimeProvider.System);
    WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        _app = Server.Build(new ServerOptions { Home = _home, Urls = ["http://127.0.0.1:0"], ShutdownTimeout = TimeSpan.FromMinutes(1) });
        _app.Services.GetRequiredService<LineDirectory>().Add(_line.Watch);
        await Server.StartAsync(_app, CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_line_is_followed_until_the_reader_leaves_or_the_server_stops()
    {
        using var takt = new TaktClient(new Uri(_app.Urls.First()), options: new() { Timeout = TimeSpan.FromSeconds(30) });
        string id = Assert.Single(await takt.Lines.ListAsync()).Id;
        Assert.Equal(id, (await takt.Lines.GetAsync(id, last: 5)).Summary.Id);
        var unknown = await Assert.ThrowsAsync<TaktException>(async () => await takt.Lines.StreamAsync("lime-9").GetAsyncEnumerator().MoveNextAsync());
        Assert.Equal(404, unknown.Status);

        using var stop = new CancellationTokenSource();
        var running = _line.RunAsync(stop.Token);
        long last = -1;
        int seen = 0;
        await foreach (var happened in takt.Lines.StreamAsync(id))
        {
            var cycle = Assert.IsType<CycleEvent>(happened).Cycle;
            Assert.True(cycle.Cycle > last);
            Assert.Equal(_line.Watch.Signals.Count, cycle.Values.Count);
            last = cycle.Cycle;
            if (++seen == 3) break;
        }

        using var leaving = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in takt.Lines.StreamAsync(id, leaving.Token)) await leaving.CancelAsync();
        });

        Task? stopping = null;
        await foreach (var _ in takt.Lines.StreamAsync(id)) stopping ??= _app.StopAsync();
        await stopping!;
        await stop.CancelAsync();
        await Task.WhenAny(running);
    }
}
