using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Takt.Access;
using Takt.EndToEnd.Doors;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Simulation;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Serving.Backends;
using Takt.Serving.Catalogs;
using Takt.Tests.Serving;

namespace Takt.EndToEnd.Access;

/// <summary>Who is not known any more loses a long answer in the middle of it, though no message comes that could be asked about. The gate's clock stands until the test moves it.</summary>
public sealed class LostStreamTests : IAsyncLifetime
{
    const string Password = "korrekt pferd batterie";

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly string _home = Directory.CreateTempSubdirectory("takt-lost-").FullName;
    readonly SpeakingBackend _backend = new(new ArithmeticBackend()) { WaitsAfter = "first" };
    readonly StandingClock _clock = new();
    WebApplication _app = null!;
    HttpClient Http { get; set; } = null!;

    ModelRegistry Registry => _app.Services.GetRequiredService<ModelRegistry>();

    AccessDirectory Known => _app.Services.GetRequiredService<AccessDirectory>();

    public async Task InitializeAsync()
    {
        ModelRegistry.Open(_home, TimeProvider.System).Accounts.Add("ines", Password, Role.Engineer);
        _app = Server.Build(new ServerOptions
        {
            Home = _home,
            Urls = ["http://127.0.0.1:0"],
            Compose = builder =>
            {
                builder.Services.AddSingleton<IModelCatalog>(new MemoryCatalog().Add("speaker", 1, "speaker"));
                builder.Services.AddSingleton<IModelBackend>(_backend);
                builder.Services.AddSingleton(services => new StreamGate(services.GetRequiredService<AccessDirectory>(), services.GetRequiredService<KeyLimits>(), _clock));
            },
        });
        await Server.StartAsync(_app, CancellationToken.None);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() }) { BaseAddress = new Uri(_app.Urls.First()) };
    }

    public async Task DisposeAsync()
    {
        _backend.Gate.TrySetResult();
        Http.Dispose();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Theory]
    [InlineData(false, "a key that was taken back")]
    [InlineData(true, "a key that has expired")]
    public async Task A_key_loses_the_pieces_that_are_still_to_come(bool expires, string why)
    {
        string key = Key();
        Http.DefaultRequestHeaders.Add("X-API-Key", key);
        using var stream = await SpeakAsync();
        _clock.Advance(StreamGate.Interval);
        Assert.False(_backend.Left.Task.IsCompleted);   // who is still known keeps it
        if (expires) _clock.Advance(TimeSpan.FromDays(2));
        else Revoke(key);
        _clock.Advance(StreamGate.Interval);
        await AssertLostAsync(stream, why);
    }

    [Fact]
    public async Task A_person_whose_sign_ins_have_ended_loses_them_too()
    {
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["account"] = "ines", ["password"] = Password });
        Assert.Equal(302, (int)(await Http.PostAsync(new Uri("/sign-in", UriKind.Relative), form)).StatusCode);
        using var stream = await SpeakAsync();
        _clock.Advance(StreamGate.Interval);
        Assert.False(_backend.Left.Task.IsCompleted);
        Registry.Accounts.ChangePassword("ines", "another long password");
        Known.Refresh();
        _clock.Advance(StreamGate.Interval);
        await AssertLostAsync(stream, "a sign-in that has ended");
    }

    [Fact]
    public async Task Over_gRPC_one_long_answer_ends_as_a_call_that_shows_no_key()
    {
        string key = Key(), text = Convert.ToBase64String("first second"u8);
        var calling = GrpcClient.CallAsync(new Uri(_app.Urls.Last()).Authority, $$$"""
            [{"method":"ModelStreamInfer","metadata":{"authorization":"Bearer {{{key}}}"},"messages":[{"model_name":"speaker",
              "inputs":[{"name":"text_input","datatype":"BYTES","shape":[1],"contents":{"bytes_contents":[{"base64":"{{{text}}}"}]}},{"name":"shout","datatype":"BOOL","shape":[1],"contents":{"bool_contents":[false]}}]}]}]
            """);
        await _backend.Waiting.Task.WaitAsync(s_patience);
        Revoke(key);
        _clock.Advance(StreamGate.Interval);
        var ended = (await calling.WaitAsync(s_patience))[0]!;
        Assert.Equal((16, "a key that was taken back"), (ended["code"]!.GetValue<int>(), ended["details"]!.GetValue<string>().Split(';')[0]));   // UNAUTHENTICATED
        Assert.Single(ended["answers"]!.AsArray());
        await _backend.Left.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task The_events_of_a_line_end()
    {
        string key = Key();
        var lines = _app.Services.GetRequiredService<LineDirectory>();
        var running = new RunningLine(RunningLine.Demo(7), TimeProvider.System);
        lines.Add(running.Watch);
        using var stop = new CancellationTokenSource();
        var run = running.RunAsync(stop.Token);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/lines/{running.Watch.Line.Id}/stream") { Headers = { { "X-API-Key", key } } };
        using var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(s_patience);
        using var stream = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("event: cycle", await stream.ReadLineAsync().WaitAsync(s_patience));
        Revoke(key);
        _clock.Advance(StreamGate.Interval);
        await stream.ReadToEndAsync().WaitAsync(s_patience);
        await stop.CancelAsync();
        await Task.WhenAny(run);
    }

    string Key()
    {
        string key = Registry.Keys.Create("reads", Permissions.Predict, ModelPatterns.Every, TimeSpan.FromDays(1)).Text;
        Known.Refresh();
        return key;
    }

    void Revoke(string key)
    {
        Registry.Keys.Revoke(key.Split('_')[1]);
        Known.Refresh();
    }

    /// <summary>A stream of which the first piece has come, and whose second is waited for.</summary>
    async Task<StreamReader> SpeakAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/speaker/generate_stream") { Content = new StringContent("""{"text_input":"first second","shout":false}""", System.Text.Encoding.UTF8, "application/json") };
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(200, (int)response.StatusCode);
        var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.StartsWith("data: {\"model_name\"", await reader.ReadLineAsync());
        await _backend.Waiting.Task.WaitAsync(s_patience);
        return reader;
    }

    async Task AssertLostAsync(StreamReader stream, string why)
    {
        string rest = (await stream.ReadToEndAsync().WaitAsync(s_patience)).Trim();
        Assert.Contains(why, JsonNode.Parse(rest["data: ".Length..])!["error"]!.GetValue<string>());
        await _backend.Left.Task.WaitAsync(s_patience);   // and the model is not kept at work
    }

    /// <summary>A clock that stands until it is moved. Every step is at least an interval of its timers long, so each of them fires once.</summary>
    sealed class StandingClock : TimeProvider
    {
        readonly List<Timer> _timers = [];
        readonly Lock _gate = new();
        DateTimeOffset _now = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, () => callback(state));
            lock (_gate) _timers.Add(timer);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            Timer[] due;
            lock (_gate) due = [.. _timers];
            foreach (var timer in due) timer.Fire();
        }

        sealed class Timer(StandingClock clock, Action fire) : ITimer
        {
            public Action Fire => fire;

            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                lock (clock._gate) clock._timers.Remove(this);
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
