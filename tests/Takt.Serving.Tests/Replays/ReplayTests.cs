using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Requests;
using Takt.Protocols.Rows;
using Takt.Registry;
using Takt.Registry.Models;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Catalogs;
using Takt.Serving.Planes;
using Takt.Serving.Replays;
using Takt.Serving.Requests;
using Takt.Serving.Statistics;

namespace Takt.Tests.Serving;

/// <summary>Replays over a real registry; "packages" are files that hold a factor, so that every difference is known by hand: length = factor · x + y.</summary>
public sealed class ReplayTests : IAsyncLifetime, IDisposable
{
    readonly string _home = Directory.CreateTempSubdirectory("takt-replay-").FullName;
    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly FactorFiles _backend = new();
    ModelRegistry _registry = null!;
    RequestLog _log = null!;
    DataPlane _plane = null!;
    Replayer _replayer = null!;

    public async Task InitializeAsync()
    {
        _registry = ModelRegistry.Open(_home, TimeProvider.System);
        foreach (string factor in new[] { "2", "2.0", "10" }) await RegisterAsync(factor);
        _registry.Aliases.Move("press", "champion", 1);
        Deploy(new RequestLogSpec { Share = 1, Payloads = true });
        var meters = _services.GetRequiredService<IMeterFactory>();
        _log = new RequestLog(meters, TimeProvider.System, NullLogger<RequestLog>.Instance);
        _plane = new DataPlane(new RegistryCatalog(_registry), _backend, new ServingStatistics(meters), new ServingOptions { Default = new DeploymentSpec { WarmUp = new() { Requests = 0 } } }, TimeProvider.System, NullLogger<DataPlane>.Instance, _log);
        _replayer = new Replayer(_registry, _plane);
        await _plane.SettleAsync(null, default);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _plane.Dispose();
        _services.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task The_same_version_and_one_that_computes_the_same_give_equal_bits()
    {
        await AskAsync((0.1, 0.7), (1e-9, 3));
        await AskTensorsAsync([0.3, 1.0 / 3], [1, 2]);
        foreach (string to in new[] { "1", "2", "champion" })
        {
            var report = await ReplayAsync(new ReplayOrder("press", to) { Tolerance = 0 });
            Assert.Equal((2, 2, 2, false), (report.Requests, report.Compared, report.Equal, report.Exceeds));
            Assert.All(report.Tensors, t => Assert.Equal((t.Elements, 0L, null), (t.EqualBits, t.Decisions, t.Absolute)));
            Assert.Equal([("length", 2L), ("longer", 2L), ("value", 2L)], report.Tensors.Select(t => (t.Name, t.Elements)).OrderBy(t => t.Name));
            Assert.Empty(report.Differing);
        }
    }

    [Fact]
    public async Task Differences_on_another_version_are_found_with_their_places()
    {
        await AskAsync((0, 1), (3, 1), (1, 1)); // 2x + 1 and 10x + 1: 0, 24 and 8 apart
        await AskTensorsAsync([0, 1, 5, 2], [1, 1, 1, 1]); // 0, 8, 40 and 16 apart; longer than ten: no no yes no, then no yes yes yes
        var report = await ReplayAsync(new ReplayOrder("press", "3") { Tolerance = 39 });
        Assert.Equal((2, 2, 0, true), (report.Requests, report.Compared, report.Equal, report.Exceeds));

        var value = report.Tensors.Single(t => t.Name == "value");
        Assert.Equal((3L, 1L, 0L), (value.Elements, value.EqualBits, value.Decisions));
        Assert.Equal(new ElementDifference(24, "row 1", 7, 31, 1), value.Absolute);
        Assert.Equal((24.0 / 31, "row 1"), (value.Relative!.Difference, value.Relative.Place));
        var length = report.Tensors.Single(t => t.Name == "length");
        Assert.Equal((4L, 1L), (length.Elements, length.EqualBits));
        Assert.Equal(new ElementDifference(40, "[2, 0]", 11, 51, 2), length.Absolute);
        Assert.Equal((2L, 2L, null), (report.Tensors.Single(t => t.Name == "longer").EqualBits, report.Tensors.Single(t => t.Name == "longer").Decisions, report.Tensors.Single(t => t.Name == "longer").Absolute));
        Assert.Equal([2L, 1L], report.Differing.Select(d => d.Request)); // decisions weigh more than numbers
        Assert.True(report.Now!.MedianMs >= 0);

        Assert.False((await ReplayAsync(new ReplayOrder("press", "3") { Tolerance = 24, Request = 1 })).Exceeds);
        Assert.True((await ReplayAsync(new ReplayOrder("press", "3") { Tolerance = 23.9, Request = 1 })).Exceeds);
    }

    [Fact]
    public async Task Limit_time_and_the_version_that_answered_say_which_calls_are_meant()
    {
        for (int i = 0; i < 6; i++) await AskAsync((i, 1));
        await WriteAsync();
        Assert.Equal(2, (await ReplayAsync(new ReplayOrder("press", "3") { Limit = 2 })).Requests);
        var third = _registry.Requests.Find(3)!;
        Assert.Equal(4, (await ReplayAsync(new ReplayOrder("press", "3") { From = third.At })).Requests);
        Assert.Equal(2, (await ReplayAsync(new ReplayOrder("press", "3") { Until = third.At })).Requests);
        await Assert.ThrowsAsync<InputException>(() => ReplayAsync(new ReplayOrder("press", "3") { Version = 2 }));
        await Assert.ThrowsAsync<InputException>(() => ReplayAsync(new ReplayOrder("press", "9")));
        await Assert.ThrowsAsync<InputException>(() => ReplayAsync(new ReplayOrder("oven", "1")));
        await Assert.ThrowsAsync<InputException>(() => ReplayAsync(new ReplayOrder("press", "3") { Tolerance = double.NaN }));
    }

    [Fact]
    public async Task Where_values_are_redacted_both_versions_are_asked_without_them_and_tensors_are_left_out()
    {
        Deploy(new RequestLogSpec { Share = 1, Payloads = true, Redact = ["comment"] });
        await _plane.SettleAsync(null, default);
        await _plane.PredictAsync(new(new ModelReference("press")), new RowsRequest([new() { ["x"] = 3, ["y"] = 1, ["comment"] = "loud" }]));
        Deploy(new RequestLogSpec { Share = 1, Payloads = true, Redact = ["y"] });
        await _plane.SettleAsync(null, default);
        await AskTensorsAsync([1], [1]);
        var report = await ReplayAsync(new ReplayOrder("press", "3"));
        Assert.Equal((2, 1, 1), (report.Requests, report.Compared, report.AskedAnew));
        Assert.Equal(24, report.Tensors.Single().Absolute!.Difference);
        Assert.Equal(new KeyValuePair<string, int>("an input tensor is redacted", 1), Assert.Single(report.Skipped));
    }

    [Fact]
    public async Task Calls_that_only_one_version_answers_are_counted_and_the_reason_told()
    {
        _backend.FailingFactor = 2;
        await Assert.ThrowsAsync<InvalidOperationException>(() => AskAsync((1, 1)));
        _backend.FailingFactor = 10;
        await AskAsync((2, 2));
        var broken = await ReplayAsync(new ReplayOrder("press", "3") { Tolerance = 1e9 });
        Assert.Equal((2, 0, 1, 0, 1, true), (broken.Requests, broken.Compared, broken.Failed, broken.AnsweredNow, broken.FailedBoth, broken.Exceeds));
        Assert.Equal("the oven is cold", broken.Problem);
        Assert.Equal(1, (await ReplayAsync(new ReplayOrder("press", "2"))).AnsweredNow);
    }

    [Fact]
    public async Task A_replay_is_in_the_audit_and_neither_counted_nor_written_down()
    {
        await AskAsync((3, 1));
        await ReplayAsync(new ReplayOrder("press", "3"));
        await WriteAsync();
        Assert.Single(_registry.Requests.List(new(), 10));
        Assert.Equal(0, _plane.Statistics.Snapshot().Where(s => s.Version == 3).Sum(s => s.Requests));
        var entry = Assert.Single(_registry.Audit.List(), e => e.Kind == "requests-replayed");
        Assert.Equal(("press:3", "1 calls, 1 to 1"), (entry.Subject, entry.Detail));
    }

    [Fact]
    public async Task A_replay_runs_in_the_background_is_looked_at_and_cancelled()
    {
        for (int i = 0; i < 3; i++) await AskAsync((i, 1));
        await WriteAsync();
        using var replays = new ReplayOperations(_replayer, TimeProvider.System, NullLogger<ReplayOperations>.Instance);
        Assert.Throws<InputException>(() => replays.Start(new ReplayOrder("press", "9")));
        var done = await UntilEndedAsync(replays, replays.Start(new ReplayOrder("press", "3")).Id);
        Assert.Equal(("done", 3, 3, 3), (done.State, done.Done, done.Total, done.Report!.Compared));

        using var hang = new ManualResetEventSlim();
        _backend.Working = stop => hang.Wait(TimeSpan.FromSeconds(20), stop);
        string id = replays.Start(new ReplayOrder("press", "3")).Id;
        Assert.Equal("running", replays.Find(id)!.State);
        Assert.Equal("cancelled", (await replays.CancelAsync(id))!.State);
        Assert.Equal([id, done.Id], replays.List().Select(o => o.Id));
        Assert.Null(await replays.CancelAsync("99"));
    }

    static async Task<ReplayOperation> UntilEndedAsync(ReplayOperations replays, string id)
    {
        for (int i = 0; i < 2000 && replays.Find(id)!.EndedAt is null; i++) await Task.Delay(10);
        return replays.Find(id)!;
    }

    async Task<ReplayReport> ReplayAsync(ReplayOrder order)
    {
        await WriteAsync();
        return await _replayer.RunAsync(order, null, default);
    }

    Task AskAsync(params (double X, double Y)[] rows) => _plane.PredictAsync(new(new ModelReference("press")), PlaneUnderTest.Rows([.. rows.Select(r => PlaneUnderTest.Row(r.X, r.Y))]));

    Task AskTensorsAsync(double[] x, float[] y) => _plane.InferAsync(new(new ModelReference("press")), [InferTensor.Of("x", x, x.Length, 1), InferTensor.Of("y", y, y.Length, 1)]);

    /// <summary>Does the writer's work.</summary>
    Task WriteAsync()
    {
        while (_log.Waiting.TryRead(out var entry)) _registry.Requests.Add([(entry.Request, entry.Payload)]);
        return Task.CompletedTask;
    }

    void Deploy(RequestLogSpec log) => _registry.Deployments.Set("press", new DeploymentSpec { WarmUp = new() { Requests = 0 }, Log = log });

    async Task RegisterAsync(string factor)
    {
        string file = Path.Combine(_home, "package");
        await File.WriteAllTextAsync(file, factor);
        await _registry.Models.RegisterAsync(new NewVersion("press", "regression", "length", "{}", "{}") { Aliases = [] }, file, CancellationToken.None);
    }

    /// <summary>The arithmetic backend over files that hold the factor.</summary>
    sealed class FactorFiles : IModelBackend
    {
        readonly ArithmeticBackend _inner = new();

        public FactorFiles() => _inner.WorkingOn = (model, stop) =>
        {
            Working(stop);
            if (model.Factor == FailingFactor) throw new InvalidOperationException("the oven is cold");
        };

        public double? FailingFactor { get; set; }

        public Action<CancellationToken> Working { get; set; } = _ => { };

        public async Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop) => await _inner.LoadAsync(await File.ReadAllTextAsync(packagePath, stop), stop);
    }
}
