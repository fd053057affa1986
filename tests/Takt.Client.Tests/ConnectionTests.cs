using System.Net;
using System.Net.Sockets;
using Takt.Client.Generating;
using static Takt.Client.Tests.ScriptedServer;

namespace Takt.Client.Tests;

/// <summary>Over a real connection whose other end does as it likes.</summary>
public sealed class ConnectionTests : IDisposable
{
    const string Head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    const string Piece = """data: {"model_name":"writer","model_version":"1","text_output":"press "}""" + "\n\n";

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly TaktClient _takt;

    public ConnectionTests()
    {
        _listener.Start();
        _takt = new TaktClient(new Uri($"http://{_listener.LocalEndpoint}"), options: new() { FirstDelay = TimeSpan.FromMilliseconds(1) });
    }

    public void Dispose()
    {
        _takt.Dispose();
        _listener.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_breaks_off_says_so_after_what_had_come(bool reset)
    {
        var pieces = new List<Generation>();
        var reading = Task.Run(async () =>
        {
            await foreach (var piece in _takt.GenerateStreamAsync("writer", [])) pieces.Add(piece);
        });
        using (var server = await AnswerAsync(Head + Chunk(Piece)))
        {
            for (int i = 0; i < 3000 && pieces.Count == 0; i++) await Task.Delay(10);
            if (reset) server.LingerState = new LingerOption(true, 0);
        }

        var broken = await Assert.ThrowsAsync<TaktException>(() => reading.WaitAsync(s_patience));
        Assert.Contains("that broke off", broken.Message);
        Assert.Null(broken.Status);
        Assert.Equal("press ", Assert.Single(pieces).Text);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Who_stops_reading_closes_the_connection(bool cancels)
    {
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in _takt.GenerateStreamAsync("writer", []).WithCancellation(stop.Token))
            {
                if (!cancels) break;
                await stop.CancelAsync();
            }
        });
        using var server = await AnswerAsync(Head + Chunk(Piece));
        using var patience = new CancellationTokenSource(s_patience);
        Assert.Equal(0, await server.ReceiveAsync(new byte[1], patience.Token));
        if (cancels) Assert.Equal(stop.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading)).CancellationToken);
        else await reading;
    }

    [Fact]
    public async Task A_connection_that_breaks_in_an_answer_is_one_attempt()
    {
        var asked = _takt.Models.ListAsync();
        (await AnswerAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"mod")).Dispose();
        using var _ = await AnswerAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"models\":[]}");
        Assert.Empty(await asked.WaitAsync(s_patience));
    }

    /// <summary>A window whose thread waits for the answer runs nothing that is posted to it meanwhile.</summary>
    [Fact]
    public void A_window_that_waits_for_an_answer_gets_it()
    {
        using var server = new ScriptedServer(Says(503), Says(200, """{"models":[]}"""));
        using var takt = server.Client();
        bool answered = false;
        var window = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new WaitingWindow());
            answered = takt.Models.ListAsync().Wait(s_patience);
        });
        window.Start();
        window.Join();
        Assert.True(answered);
    }

    [Theory]
    [InlineData("takt_k1_secret\n")]
    [InlineData("takt k1")]
    [InlineData("täkt_k1")]
    public void A_key_that_can_be_none_is_told_before_it_is_sent(string key) => Assert.Throws<ArgumentException>(() => new TaktClient(Address, key));

    /// <summary>Takes a connection, reads a request and answers it as given.</summary>
    async Task<Socket> AnswerAsync(string answer)
    {
        using var patience = new CancellationTokenSource(s_patience);
        var server = await _listener.AcceptSocketAsync(patience.Token);
        byte[] request = new byte[64 * 1024];
        int read = 0;
        while (!IsWhole(System.Text.Encoding.ASCII.GetString(request, 0, read))) read += await server.ReceiveAsync(request.AsMemory(read), patience.Token);
        await server.SendAsync(System.Text.Encoding.ASCII.GetBytes(answer), patience.Token);
        return server;

        static bool IsWhole(string text) => text.IndexOf("\r\n\r\n") is var end and > 0 && (!text.Contains("Content-Length: 2") || text.Length == end + 6);   // {} or nothing
    }

    static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";

    sealed class WaitingWindow : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
