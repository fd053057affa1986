using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Takt.EndToEnd.Doors;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Graphs.Tests.Packages;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Registry;
using Takt.Registry.Access;
using Takt.Registry.Models;
using Takt.Serving;
using Takt.Serving.Backends;
using Takt.Tensors;
using Takt.Training;
using Xunit.Abstractions;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.EndToEnd.Malformed;

/// <summary>
/// Thousands of damaged requests through every door of the real server with real packages. Each is answered as a fault of the caller in the protocol's own form, or as the good
/// request that it stayed; nothing fails inside, nothing hangs, nothing is left behind. Time-boxed; <c>TAKT_MALFORMED=50000</c> makes it run so many to the end,
/// <c>TAKT_MALFORMED_SEED</c> other ones, <c>TAKT_MALFORMED_ONE</c> a single one.
/// </summary>
[Collection(nameof(MalformedTests))]
public sealed class MalformedTests(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    const int Workers = 4;

    /// <summary>What may stay in memory: caches fill, statistics of what was asked remain.</summary>
    const long MostLeft = 12 << 20;

    static readonly TimeSpan s_box = TimeSpan.FromSeconds(10), s_rest = TimeSpan.FromMinutes(1);

    readonly string _home = Directory.CreateTempSubdirectory("takt-malformed-").FullName;
    readonly ErrorLog _errors = new();
    readonly ConnectionCount _connections = new();
    WebApplication _app = null!, _gate = null!;
    Addresses _addresses = null!;

    public async Task InitializeAsync()
    {
        var registry = ModelRegistry.Open(_home, TimeProvider.System);
        await RegisterAsync(registry, "press", Samples.Classifier());
        await RegisterAsync(registry, "wear", Samples.Windowed());
        await RegisterAsync(registry, "spare", Samples.Classifier());
        await RegisterAsync(registry, "dense", Dense());
        await RegisterAsync(registry, "mixed", Mixed());
        await RegisterAsync(registry, "written", Samples.Classifier());
        await RegisterAsync(registry, "writer", Samples.Classifier(seed: 6));
        registry.Deployments.Set("written", new DeploymentSpec { Log = new() { Share = 1, Payloads = true } });
        registry.Accounts.Add(GoodRequests.Account, GoodRequests.Password, Role.Admin);
        string writer = registry.Models.Resolve(new ModelReference("writer")).PackageSha256;
        _app = await StartAsync(new ServerOptions { Home = _home, Urls = ["http://127.0.0.1:0"], AllowOpen = true }, builder => builder.Services.AddSingleton<IModelBackend>(services =>
            new SpeakingBackend(ActivatorUtilities.CreateInstance<PackageBackend>(services), path => path.Contains(writer, StringComparison.Ordinal))));
        _gate = await StartAsync(new ServerOptions { Home = Path.Combine(_home, "gate"), Urls = ["http://0.0.0.0:0"], AllowPlaintext = true }, _ => { });
        _addresses = new Addresses(new Uri(_app.Urls.First()), new Uri(_gate.Urls.First()), new Uri(_app.Urls.Last()));
        using var connection = new HttpConnection(_addresses.Http);
        Assert.Equal(200, connection.Ask(GoodRequests.Written.ToBytes("localhost"), last: false, head: false)!.Status);
        for (var patience = Stopwatch.StartNew(); registry.Requests.Find(1) is null; await Task.Delay(20)) Assert.True(patience.Elapsed < TimeSpan.FromSeconds(60), "the call was not written down");
    }

    /// <summary>Errors are judged by a log of our own: it hears them whatever a request says of the server's.</summary>
    async Task<WebApplication> StartAsync(ServerOptions options, Action<WebApplicationBuilder> compose)
    {
        var app = Server.Build(options with
        {
            MaxRequestBytes = 1 << 20,
            Compose = builder =>
            {
                builder.Logging.ClearProviders().AddProvider(_errors).AddFilter<ErrorLog>(level => level >= LogLevel.Error);
                compose(builder);
            },
        });
        await Server.StartAsync(app, CancellationToken.None);
        return app;
    }

    public async Task DisposeAsync()
    {
        await _gate.DisposeAsync();
        await _app.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    public void Dispose()
    {
        _connections.Dispose();
        _errors.Dispose();
    }

    [Fact]
    public async Task Damaged_requests_are_refused_in_the_protocols_own_form_and_leave_nothing_behind()
    {
        long wanted = Setting("TAKT_MALFORMED", 0), seed = Setting("TAKT_MALFORMED_SEED", 1);
        var tally = new Tally();
        AssertGoodOnes();
        if (Environment.GetEnvironmentVariable("TAKT_MALFORMED_ONE") is { Length: > 0 } one)   // a failure's number again, with the request it is about
        {
            using var again = new Caller(_addresses);
            Assert.Null(again.Try(ulong.Parse(one, CultureInfo.InvariantCulture), tally, output.WriteLine));
            return;
        }

        var watch = Stopwatch.StartNew();
        long share = wanted > 0 ? Math.Max(1, wanted / 10) : 400;
        var failures = Run(0, share, TimeSpan.MaxValue);   // what fills once, fills now
        long before = await RestAsync();
        failures.AddRange(wanted > 0 ? Run(share, wanted, TimeSpan.MaxValue) : Run(share, long.MaxValue, s_box));
        long after = await RestAsync();
        // Pages are made in arrays from pools, which give back what nobody takes for some seconds: what is kept is still there after that.
        for (var patience = Stopwatch.StartNew(); after - before > MostLeft && patience.Elapsed < s_rest; after = await RestAsync()) await Task.Delay(TimeSpan.FromSeconds(5));

        output.WriteLine($"{tally.Done} damaged requests in {watch.Elapsed.TotalSeconds:0} s (seed {seed}): {tally}; {after - before:N0} bytes of memory and {_connections.Open} connections left");
        foreach (string failure in failures.Concat(_errors.Lines)) output.WriteLine(failure);
        Assert.Empty(failures);
        Assert.Empty(_errors.Lines);
        Assert.Equal(0, _connections.Open);
        Assert.True(tally.Done > 500, $"only {tally.Done} in time");
        AssertGoodOnes();
        Assert.InRange(after - before, long.MinValue, MostLeft);

        List<string> Run(long from, long to, TimeSpan box)
        {
            long next = from;
            var found = new List<string>();
            var began = Stopwatch.StartNew();
            Parallel.For(0, Workers, new ParallelOptions { MaxDegreeOfParallelism = Workers }, _ =>
            {
                using var caller = new Caller(_addresses);
                while (began.Elapsed < box && Interlocked.Increment(ref next) - 1 is var number && number < to)
                {
                    if (caller.Try(((ulong)seed << 32) + (ulong)number, tally) is not { } failure) continue;
                    lock (found)
                    {
                        found.Add(failure);
                        if (found.Count >= 20) Interlocked.Exchange(ref next, long.MaxValue / 2);
                    }
                }
            });
            return found;
        }
    }

    static long Setting(string name, long otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Every good request is answered: what came before has not hurt the server.</summary>
    void AssertGoodOnes()
    {
        foreach (var good in GoodRequests.Http)
        {
            using var connection = _addresses.Open(good, from: 0);
            var answer = connection.Ask(good.ToBytes("localhost"), last: false, head: false);
            Assert.True(answer is not null && good.Expected.Contains(answer.Status) && !answer.Headers.ContainsKey("grpc-status"), $"{answer?.Status} {answer?.Text} for {good}");
        }

        using var http2 = new Http2Connection(_addresses.Grpc);
        foreach (var good in GoodRequests.Grpc)
        {
            int stream = http2.NextStream();
            var answer = http2.Ask(Caller.Frames(good, stream), stream, last: false);
            Assert.True(answer.Header("grpc-status") == "0", $"{good.Method} {answer.Header("grpc-status")} {answer.Header("grpc-message")} {answer.Code}");
        }
    }

    /// <summary>Bytes of managed memory once all connections have ended.</summary>
    async Task<long> RestAsync()
    {
        var patience = Stopwatch.StartNew();
        while (_connections.Open > 0 && patience.Elapsed < TimeSpan.FromSeconds(20)) await Task.Delay(20);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    async Task RegisterAsync(ModelRegistry registry, string name, Package package)
    {
        string file = Path.Combine(_home, $"{name}.takt");
        PackageFile.Write(package, file);
        await registry.Models.RegisterAsync(PackagedVersion.Of(package, name) with { Aliases = ["champion"] }, file, CancellationToken.None);
    }

    Package Dense()
    {
        var builder = new GraphBuilder("g");
        builder.Input("x", DataType.Float, ["batch", 3]);
        builder.Output(builder.Node("Tanh", [builder.Node("MatMul", ["x", builder.Weights("w", [1, 2, 3, 4, 5, 6], 3, 2)])], "y"), DataType.Float, ["batch", 2]);
        return Import(builder, "dense");
    }

    Package Mixed()
    {
        var builder = new GraphBuilder("g");
        builder.Input("tokens", DataType.Int64, ["lines", "length"]);
        builder.Output(builder.Node("Gather", [builder.Weights("table", [.. Enumerable.Range(0, 30).Select(i => i * 0.25f)], 10, 3), "tokens"], "vectors"), DataType.Float, ["lines", "length", 3]);
        builder.Output(builder.Node("Cast", ["vectors"], "halves", ("to", 10L)), DataType.Float16, ["lines", "length", 3]);
        builder.Input("places", DataType.String, ["places"]);
        builder.Output(builder.Node("Identity", ["places"], "same"), DataType.String, ["places"]);
        return Import(builder, "mixed");
    }

    Package Import(GraphBuilder builder, string name)
    {
        string file = Path.Combine(_home, $"{name}.onnx");
        ModelFile.Write(builder.Build(), file);
        return OnnxImport.Read(file, name, DateTimeOffset.UnixEpoch);
    }

    /// <summary>What was answered how.</summary>
    sealed class Tally
    {
        int _done, _good, _refused, _cut;

        public int Done => _done;

        public void Count(bool good, bool cut)
        {
            Interlocked.Increment(ref _done);
            Interlocked.Increment(ref cut ? ref _cut : ref good ? ref _good : ref _refused);
        }

        public override string ToString() => $"{_refused} refused, {_good} still good, {_cut} not framed well enough for an answer";
    }

    /// <summary>Where the servers listen.</summary>
    /// <param name="Http">Every door.</param>
    /// <param name="Gate">The server that has no administrator yet.</param>
    /// <param name="Grpc">Every door over gRPC.</param>
    sealed record Addresses(Uri Http, Uri Gate, Uri Grpc)
    {
        public HttpConnection Open(WireRequest request, int from) => new(request.IsAtGate ? Gate : Http, from);
    }

    /// <summary>Sends damaged requests, on connections that stay open as long as they can.</summary>
    sealed class Caller(Addresses servers) : IDisposable
    {
        static readonly Lock s_changes = new();

        static int s_connections;

        HttpConnection? _one, _gate;
        Http2Connection? _two;

        public static byte[] Frames(GrpcRequest good, int stream) =>
        [
            .. new Frame(Frame.Headers, Frame.EndHeaders, stream, Hpack.Encode([(":method", "POST"), (":scheme", "http"), (":path", good.Method), (":authority", "localhost"), ("content-type", "application/grpc"), ("te", "trailers")])).ToBytes(),
            .. new Frame(Frame.Data, Frame.EndStream, stream, GrpcMutator.Prefixed(Google.Protobuf.MessageExtensions.ToByteArray(good.Message))).ToBytes(),
        ];

        /// <summary>Sends one and judges the answer.</summary>
        /// <returns>What is wrong with the answer, or null.</returns>
        public string? Try(ulong own, Tally tally, Action<string>? tell = null)
        {
            var random = new Generator(own);
            try
            {
                return random.NextInt(3) > 0 ? TryHttp(own, random, tally, tell) : TryGrpc(own, random, tally, tell);
            }
            catch (IOException hung)
            {
                Dispose();
                return $"seed {own}: no answer in time ({hung.Message})";
            }
        }

        string? TryHttp(ulong own, Generator random, Tally tally, Action<string>? tell)
        {
            var good = GoodRequests.Http[random.NextInt(GoodRequests.Http.Length)];
            var request = new RequestMutator(random).Mutate(good);
            tell?.Invoke(request.ToString());
            ref var connection = ref good.IsAtGate ? ref _gate : ref _one;
            if (connection is { IsOpen: false }) End(ref connection);
            connection ??= servers.Open(good, Interlocked.Increment(ref s_connections));
            WireAnswer? answer;
            using (Alone(good.Target.Contains("spare", StringComparison.Ordinal))) answer = connection.Ask(request.ToBytes("localhost"), last: request.IsUnframed, head: request.Verb == "HEAD");
            tell?.Invoke($"{answer?.Status} {answer?.Text}");
            tally.Count(answer?.Status is >= 200 and < 300, answer is null);
            return Verdicts.Of(request, answer) is { } wrong ? $"seed {own}: {wrong}\n    {request.ToString().ReplaceLineEndings("\n    ")}" : null;
        }

        string? TryGrpc(ulong own, Generator random, Tally tally, Action<string>? tell)
        {
            if (_two is { IsOpen: false }) End(ref _two);
            _two ??= new Http2Connection(servers.Grpc);
            int stream = _two.NextStream();
            var good = GoodRequests.Grpc[random.NextInt(GoodRequests.Grpc.Length)];
            byte[] frames = new GrpcMutator(random).Mutate(good, stream, out bool isUnframed, out bool isTimed);
            tell?.Invoke($"{good.Method}\n{Convert.ToHexString(frames)}\n{Encoding.Latin1.GetString(frames)}");
            Http2Answer answer;
            using (Alone(good.Method.Contains("RepositoryModel", StringComparison.Ordinal))) answer = _two.Ask(frames, stream, last: isUnframed);
            if (isUnframed) End(ref _two);
            tell?.Invoke($"{answer.Header(":status")} {answer.Header("grpc-status")} {answer.Header("grpc-message")} code {answer.Code} cut {answer.IsCut}");
            tally.Count(answer.Header("grpc-status") == "0", answer.Header("grpc-status") is null);
            return Verdicts.Of(answer, isUnframed, isTimed) is { } wrong ? $"seed {own}: {good.Method}: {wrong}" : null;
        }

        /// <summary>One change of the spare model after the other: a load is rightly refused while somebody else unloads.</summary>
        static Lock.Scope Alone(bool isChange) => (isChange ? s_changes : new Lock()).EnterScope();

        public void Dispose()
        {
            End(ref _one);
            End(ref _gate);
            End(ref _two);
        }

        static void End<T>(ref T? connection) where T : class, IDisposable
        {
            connection?.Dispose();
            connection = null;
        }
    }

    /// <summary>Errors that the server logs: what a damaged request must never lead to.</summary>
    sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel)) return;
            lock (Lines) Lines.Add($"{formatter(state, exception)} {exception}");
        }

        public void Dispose()
        {
        }
    }

    /// <summary>Connections that the server holds open.</summary>
    sealed class ConnectionCount : IDisposable
    {
        readonly MeterListener _listener = new() { InstrumentPublished = (instrument, listener) => { if (instrument.Name == "kestrel.active_connections") listener.EnableMeasurementEvents(instrument); } };
        long _open;

        public ConnectionCount()
        {
            _listener.SetMeasurementEventCallback<long>((_, change, _, _) => Interlocked.Add(ref _open, change));
            _listener.Start();
        }

        public long Open => Interlocked.Read(ref _open);

        public void Dispose() => _listener.Dispose();
    }
}

/// <summary>Nothing runs beside it, so that memory and connections are its own.</summary>
[CollectionDefinition(nameof(MalformedTests), DisableParallelization = true)]
public class MalformedTestsAlone;
