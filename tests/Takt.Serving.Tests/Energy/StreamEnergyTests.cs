using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.OpenInference;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Serving.Backends;
using Takt.Serving.Calls;
using Takt.Serving.Energy;
using Takt.Serving.Planes;
using Takt.Serving.Statistics;

namespace Takt.Tests.Serving;

/// <summary>Answers that come piece by piece cost CPU time as others do, on whatever threads they are made.</summary>
public sealed class StreamEnergyTests : IDisposable
{
    static readonly TimeSpan Work = TimeSpan.FromMilliseconds(30);

    readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    readonly Talker _talker = new();
    readonly DataPlane _plane;

    public StreamEnergyTests()
    {
        var options = new ServingOptions { Default = new DeploymentSpec { WarmUp = new WarmUpSpec { Requests = 0 } } };
        var energy = new EnergyMeter(new EnergyOptions { Root = "/nowhere", WattsPerCore = 20 });
        _plane = new DataPlane(new MemoryCatalog().Add("talker", 1, "talker"), _talker, new ServingStatistics(_services.GetRequiredService<IMeterFactory>(), energy), options, TimeProvider.System, NullLogger<DataPlane>.Instance);
    }

    public void Dispose()
    {
        _plane.Dispose();
        _services.Dispose();
    }

    [Fact]
    public async Task Work_is_counted_before_and_after_waiting_and_in_tasks_and_waiting_is_not()
    {
        _talker.Talk = TalkAsync;
        Assert.Equal(3, await ListenAsync());
        var counts = Counts();
        Assert.InRange(counts.Cpu, 3 * Work, 3 * Work + TimeSpan.FromMilliseconds(100)); // of 500 ms that pass, most in waiting
        Assert.Equal(20 * counts.Cpu.TotalSeconds, counts.Joules, tolerance: 1e-9);
        Assert.Equal(counts.Joules / counts.Rows, counts.JoulesPerRow!.Value, tolerance: 1e-12);

        // What the listener does between the pieces is not the model's.
        var before = counts.Cpu;
        await ListenAsync(() => Burn(5 * Work));
        Assert.InRange(Counts().Cpu - before, 3 * Work, 3 * Work + TimeSpan.FromMilliseconds(100));

        static async IAsyncEnumerable<TensorsAnswer> TalkAsync()
        {
            Burn(Work);
            yield return Talker.Piece;
            await Task.Delay(400);
            Burn(Work); // on another thread now, or the same: whichever is free
            yield return Talker.Piece;
            await Task.Run(() => Burn(Work));
            yield return Talker.Piece;
        }
    }

    [Fact]
    public async Task What_was_computed_for_a_listener_who_left_or_before_a_failure_is_counted()
    {
        _talker.Talk = TalkAsync;
        await foreach (var _ in _plane.InferStreamAsync(Context(), Talker.Input)) break;
        Assert.InRange(Counts().Cpu, Work, 2 * Work);
        await Assert.ThrowsAsync<InputException>(() => ListenAsync());
        Assert.InRange(Counts().Cpu, 3 * Work, 4 * Work);

        static async IAsyncEnumerable<TensorsAnswer> TalkAsync()
        {
            Burn(Work);
            yield return Talker.Piece;
            await Task.Yield();
            Burn(Work);
            throw new InputException("enough");
        }
    }

    [Fact]
    public async Task Streams_at_once_are_told_apart()
    {
        _talker.Talk = TalkAsync;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => ListenAsync()));
        Assert.InRange(Counts().Cpu, 4 * 2 * Work, 4 * 2 * Work + TimeSpan.FromMilliseconds(150));

        static async IAsyncEnumerable<TensorsAnswer> TalkAsync()
        {
            for (int i = 0; i < 2; i++)
            {
                await Task.Delay(5);
                Burn(Work);
                yield return Talker.Piece;
            }
        }
    }

    static CallContext Context() => new(ModelReference.Parse("talker"));

    VersionStatistics Counts() => _plane.Statistics.Snapshot().Single();

    async Task<int> ListenAsync(Action? between = null)
    {
        int pieces = 0;
        await foreach (var _ in _plane.InferStreamAsync(Context(), Talker.Input))
        {
            pieces++;
            between?.Invoke();
        }

        return pieces;
    }

    /// <summary>So much of this thread's own time, however busy the machine is.</summary>
    static void Burn(TimeSpan time)
    {
        var cpu = CpuClock.Start();
        while (cpu.Passed(time) < time) Thread.SpinWait(1000);
    }

    sealed class Talker : IModelBackend, IStreamingModel
    {
        public static InferTensor[] Input { get; } = [InferTensor.Of("x", new float[] { 1 }, 1, 1)];

        public static TensorsAnswer Piece { get; } = new([InferTensor.Of("y", new float[] { 1 }, 1, 1)]);

        public Func<IAsyncEnumerable<TensorsAnswer>> Talk { get; set; } = null!;

        public ModelDescription Description { get; } = new("generation", "y", null, [], [new TensorMetadata("x", TensorType.Fp32, [-1, 1])], [new TensorMetadata("y", TensorType.Fp32, [-1, 1])]);

        public long MemoryBytes => 1;

        public Task<IServedModel> LoadAsync(string packagePath, CancellationToken stop) => Task.FromResult<IServedModel>(this);

        public RowsAnswer Predict(RowsRequest request, CancellationToken stop) => throw new InputException("rows", "tensors");

        public TensorsAnswer Infer(IReadOnlyList<InferTensor> inputs, CancellationToken stop) => Piece;

        public IAsyncEnumerable<TensorsAnswer> InferStreamAsync(IReadOnlyList<InferTensor> inputs, CancellationToken stop) => Talk();

        public void Dispose()
        {
        }
    }
}
