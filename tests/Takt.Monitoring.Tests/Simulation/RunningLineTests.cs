using Takt.Monitoring.Lines;
using Takt.Monitoring.Simulation;

namespace Takt.Monitoring.Tests.Simulation;

public class RunningLineTests
{
    readonly ManualClock _clock = new();

    [Fact]
    public async Task It_makes_one_cycle_at_once_and_then_keeps_its_pace()
    {
        var line = new RunningLine(RunningLine.Demo(seed: 3), _clock, cyclesPerSecond: 2);
        using var samples = line.Watch.Samples.Subscribe();
        using var stop = new CancellationTokenSource();
        Assert.Equal(LineActivity.Waiting, line.Watch.ActivityAt(_clock.GetUtcNow()));

        var running = line.RunAsync(stop.Token);
        var seen = new List<LineSample>();
        await foreach (var sample in samples.ReadAllAsync(CancellationToken.None))
        {
            seen.Add(sample);
            if (seen.Count == 10) break;
            _clock.Advance(TimeSpan.FromSeconds(0.5));
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), seen.Select(s => s.Cycle));
        Assert.Equal(4.5, (seen[^1].Time - seen[0].Time).TotalSeconds);
        Assert.Equal(120, line.Watch.CyclesPerMinute());
        Assert.Equal(LineActivity.Running, line.Watch.ActivityAt(_clock.GetUtcNow()));
        Assert.Equal(LineActivity.Silent, line.Watch.ActivityAt(_clock.GetUtcNow() + LineWatch.Silence + TimeSpan.FromSeconds(1)));

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public void The_demos_first_fault_begins_within_forty_seconds()
    {
        var plant = new SimulatedPlant(RunningLine.Demo(seed: 9));
        int onset = Enumerable.Range(0, 80).First(_ => plant.Next(_clock.GetUtcNow()).Truth is not null);
        Assert.InRange(onset / 2.0, 5, 40);   // seconds at two cycles a second
    }

    [Fact]
    public void The_line_says_where_it_stands_and_finds_its_signals_by_name()
    {
        var watch = new RunningLine(new PlantOptions(1), _clock).Watch;
        Assert.Equal(["Northworks", "Harbour site", "Hall 2"], watch.Path);
        Assert.Equal("bar", watch.Signals[watch.IndexOf("Press pressure")!.Value].Unit);
        Assert.Null(watch.IndexOf("Nonsense"));
        var lines = new LineDirectory();
        lines.Add(watch);
        Assert.Same(watch, lines.Find("line-1"));
        Assert.Null(lines.Find("line-2"));
        Assert.Equal([watch], lines.All);
    }
}
