using Microsoft.Extensions.Logging.Abstractions;
using Takt.Monitoring.Lines;
using Takt.Monitoring.Monitors;
using Takt.Monitoring.Simulation;
using Takt.Serving.Backends;

namespace Takt.Monitoring.Tests.Monitors;

public sealed class ModelMonitorTests : IDisposable
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);
    readonly FakeModel _model = new();
    readonly RunningLine _line = new(RunningLine.Demo(seed: 1), TimeProvider.System);
    readonly SimulatedPlant _plant = new(RunningLine.Demo(seed: 1) with { FirstFault = 24 });

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task It_asks_the_model_for_each_cycle_with_values_by_column_name()
    {
        var monitor = Monitor();
        var sample = await CycleAsync(monitor, 0.1);
        var row = Assert.Single(_model.Asked!.Rows);
        Assert.Equal(sample.Values[_line.Watch.IndexOf("Press pressure")!.Value], row["Press pressure"]!.GetValue<double>());
        Assert.Equal(sample.Texts["Product"], row["Product"]!.GetValue<string>());
        Assert.Equal("2026-03-01T06:00:00.0000000Z", row["Time"]!.GetValue<string>());
        Assert.True(_model.Asked.Explain);
        Assert.Equal((3, 0.4, 0.1), (monitor.State.Version!.Value, monitor.State.Threshold!.Value, monitor.State.Latest!.Probability));
        Assert.Equal(0.1, Assert.Single(monitor.Recent.Snapshot()).Probability);
    }

    [Fact]
    public async Task An_event_is_raised_at_the_packages_threshold_and_published_with_its_truth_and_delay()
    {
        var monitor = Monitor();
        using var changes = monitor.Changes.Subscribe();
        for (int cycle = 0; cycle < 30; cycle++) await CycleAsync(monitor, 0.39);   // the fault begins in cycle 24
        Assert.Empty(monitor.State.Events);
        for (int cycle = 30; cycle < 33; cycle++) await CycleAsync(monitor, 0.4);
        var raised = monitor.State.Open!;
        Assert.Equal(("bearing-damage", 8L, 8.0, 32L), (raised.Truth!, raised.DelayCycles!.Value, raised.DelaySeconds!.Value, raised.StartCycle));
        Assert.Equal("Press pressure", raised.Explanation!.Contributions[0].Column);
        Assert.True(changes.TryRead(out var published));
        Assert.Same(raised, published);
        Assert.False(changes.TryRead(out _));
    }

    [Fact]
    public async Task A_model_that_fails_is_told_and_asked_again_next_time()
    {
        var monitor = Monitor();
        _model.Failure = new InvalidOperationException("secret inner workings");
        await CycleAsync(monitor, 0.2);
        Assert.Equal("press failed to answer", monitor.State.Problem);
        _model.Failure = null;
        await CycleAsync(monitor, 0.2);
        Assert.Null(monitor.State.Problem);
        Assert.Equal(1, monitor.State.Latest!.Cycle);
    }

    [Fact]
    public async Task A_model_that_is_not_there_is_told_with_the_way_out()
    {
        var monitor = Monitor("pres");
        await CycleAsync(monitor, 0);
        Assert.Contains("Did you mean 'press'?", monitor.State.Problem);
    }

    [Fact]
    public async Task Every_column_without_a_signal_and_every_other_unit_is_told_at_once()
    {
        _model.Description = _model.Description with { Columns = [new("Press presure", InputKind.Number), new("Spindle torque", InputKind.Number, "kNm"), new("Nonsense", InputKind.Text)] };
        var monitor = Monitor();
        await CycleAsync(monitor, 0);
        Assert.Contains("Did you mean 'Press pressure'?", monitor.State.Problem);
        Assert.Contains("'Spindle torque' in kNm; expected Nm", monitor.State.Problem);
        Assert.Contains("Nonsense", monitor.State.Problem);
        Assert.Null(_model.Asked);
    }

    [Fact]
    public async Task A_regression_model_is_refused()
    {
        _model.Description = _model.Description with { PositiveClass = null, Task = "regression" };
        var monitor = Monitor();
        await CycleAsync(monitor, 0);
        Assert.Contains("two classes", monitor.State.Problem);
    }

    [Fact]
    public async Task A_window_model_is_asked_once_its_window_is_full_with_the_last_cycles_in_order()
    {
        _model.Description = _model.Description with { WindowLength = 3 };
        var monitor = Monitor();
        await CycleAsync(monitor, 0.1);
        await CycleAsync(monitor, 0.1);
        Assert.Null(_model.Asked);
        await CycleAsync(monitor, 0.1);
        await CycleAsync(monitor, 0.1);
        Assert.Equal(
            ["2026-03-01T06:00:01.0000000Z", "2026-03-01T06:00:02.0000000Z", "2026-03-01T06:00:03.0000000Z"],
            _model.Asked!.Rows.Select(row => row["Time"]!.GetValue<string>()));
    }

    [Fact]
    public async Task It_runs_beside_the_line_until_it_is_stopped()
    {
        var monitor = Monitor();
        using var readings = monitor.Readings.Subscribe();
        using var stop = new CancellationTokenSource();
        var running = monitor.RunAsync(stop.Token);
        _line.Watch.Take(_plant.Next(Start));
        await foreach (var reading in readings.ReadAllAsync())
        {
            Assert.Equal(0, reading.Cycle);
            break;
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(0, _line.Watch.Samples.Readers);
    }

    ModelMonitor Monitor(string model = "press") => new(new MonitorOptions("watch", model), _line.Watch, _model.Plane(), NullLogger<ModelMonitor>.Instance);

    long _cycle;

    async Task<LineSample> CycleAsync(ModelMonitor monitor, double probability)
    {
        _model.Probability = probability;
        var sample = _plant.Next(Start.AddSeconds(_cycle++));
        await monitor.TakeAsync(sample, CancellationToken.None);
        return sample;
    }
}
