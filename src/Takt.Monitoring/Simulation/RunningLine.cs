using Takt.Monitoring.Lines;

namespace Takt.Monitoring.Simulation;

/// <summary>The simulated plant as a line that runs: one cycle after the other at a steady pace.</summary>
/// <param name="options">Seed and behaviour; another seed than the training set's, or the model has seen it all.</param>
/// <param name="clock">The time.</param>
/// <param name="cyclesPerSecond">Pace; default 2.</param>
public sealed class RunningLine(PlantOptions options, TimeProvider clock, double cyclesPerSecond = 2)
{
    readonly SimulatedPlant _plant = new(options);

    /// <summary>The demo's plant: the first fault begins 25 seconds after the start at the default pace, when the model is trained, and the next ones follow within a minute or two, so that a visitor sees some.</summary>
    public static PlantOptions Demo(ulong seed) => new(seed) { FirstFault = 50, FirstKind = FaultKind.BearingDamage, HealthyCycles = (100, 200) };

    /// <summary>The line as pages and monitors see it.</summary>
    public LineWatch Watch { get; } = new(
        DemoLine.Line,
        [.. DemoLine.Enterprise.Walk().Select(node => node.Asset).TakeWhile(asset => asset != DemoLine.Line).Select(asset => asset.Name)],
        [SimulatedPlant.ProductColumn], truthKnown: true);

    /// <summary>Runs until it is stopped; the first cycle comes at once.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var beat = new PeriodicTimer(TimeSpan.FromSeconds(1 / cyclesPerSecond), clock);
        do Watch.Take(_plant.Next(clock.GetUtcNow()));
        while (await beat.WaitForNextTickAsync(stop));
    }
}
