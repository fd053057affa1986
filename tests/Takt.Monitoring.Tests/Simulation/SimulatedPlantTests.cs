using Takt.Monitoring.Lines;
using Takt.Monitoring.Simulation;

namespace Takt.Monitoring.Tests.Simulation;

public class SimulatedPlantTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);
    static readonly PlantOptions NoFaults = new(11) { FirstFault = int.MaxValue - 1_000 };

    [Theory, InlineData(1), InlineData(2), InlineData(99)]
    public void Every_value_stays_in_the_range_of_its_signal(ulong seed)
    {
        foreach (var sample in Run(new PlantOptions(seed), 5_000))
            for (int i = 0; i < sample.Values.Count; i++)
                Assert.InRange(sample.Values[i], DemoLine.Signals[i].Low, DemoLine.Signals[i].High);
    }

    [Fact]
    public void Tool_wear_grows_with_every_cycle_until_the_tool_is_changed()
    {
        var plant = new SimulatedPlant(new PlantOptions(5));
        int wear = IndexOf("tool-wear"), changes = 0;
        double last = 0;
        for (int i = 0; i < 5_000; i++)
        {
            double now = plant.Next(Start).Values[wear];
            if (plant.ToolChanged)
            {
                changes++;
                Assert.InRange(now, 0, 5);
            }
            else
            {
                Assert.True(now > last || i == 0, $"cycle {i}: wear fell from {last} to {now} without a tool change");
            }

            last = now;
        }

        Assert.InRange(changes, 6, 30);
    }

    [Fact]
    public void A_worn_tool_needs_more_torque_than_a_sharp_one()
    {
        var byProduct = Run(NoFaults, 8_000).GroupBy(sample => sample.Texts[SimulatedPlant.ProductColumn]);
        Assert.All(byProduct, product => Assert.True(
            product.Where(s => Value(s, "tool-wear") > 180).Average(s => Value(s, "spindle-torque"))
            > 1.05 * product.Where(s => Value(s, "tool-wear") < 60).Average(s => Value(s, "spindle-torque"))));
    }

    [Fact]
    public void Every_fault_develops_before_it_fails_grows_all_the_while_and_keeps_its_kind()
    {
        var episodes = Run(new PlantOptions(4), 20_000).Where(s => s.Truth is not null).GroupBy(s => s.Truth!.Onset).ToList();
        foreach (var episode in episodes.SkipLast(1))   // the last may be cut off
        {
            GroundTruth[] course = [.. episode.Select(s => s.Truth!)];
            Assert.Equal(episode.Key, episode.First().Cycle);
            Assert.Single(course.Select(t => t.Kind).Distinct());
            Assert.InRange(course.TakeWhile(t => !t.Failed).Count(), 40, 90);
            Assert.InRange(course.Count(t => t.Failed), 6, 15);
            Assert.Equal(course.OrderBy(t => t.Severity), course);
            Assert.Equal(1, course[^1].Severity);
        }
    }

    [Fact]
    public void Every_kind_comes_before_any_comes_again()
    {
        string[] kinds = [.. Run(new PlantOptions(4), 20_000).Where(s => s.Truth is not null).DistinctBy(s => s.Truth!.Onset).Select(s => s.Truth!.Kind)];
        Assert.All(kinds.Chunk(FaultKinds.All.Count).Where(round => round.Length == FaultKinds.All.Count), round => Assert.Equal(round.Length, round.Distinct().Count()));
    }

    [Theory]
    [InlineData(FaultKind.BearingDamage, "spindle-vibration", +1)]
    [InlineData(FaultKind.BearingDamage, "spindle-temperature", +1)]
    [InlineData(FaultKind.ToolOverstrain, "spindle-torque", +1)]
    [InlineData(FaultKind.CoolingFailure, "spindle-temperature", +1)]
    [InlineData(FaultKind.HydraulicLeak, "press-pressure", -1)]
    [InlineData(FaultKind.HydraulicLeak, "press-pump-current", +1)]
    [InlineData(FaultKind.OvenSensorDrift, "oven-heater-current", -1)]
    [InlineData(FaultKind.OvenSensorDrift, "oven-humidity", +1)]
    [InlineData(FaultKind.ClutchWear, "assembly-torque", -1)]
    public void A_fault_moves_the_signals_its_physics_says(FaultKind kind, string signal, int direction)
    {
        var steady = new PlantOptions(21) { OrderCycles = (5_000, 5_000), FirstKind = kind };
        double with = Run(steady with { FirstFault = 100 }, 140).TakeLast(20).Average(s => Value(s, signal));
        double without = Run(steady with { FirstFault = 4_000 }, 140).TakeLast(20).Average(s => Value(s, signal));
        Assert.True(direction * (with - without) > 0.03 * without, $"{signal}: {without} without, {with} with {kind}");
    }

    [Fact]
    public void The_drifting_oven_thermometer_itself_shows_nothing()
    {
        var steady = new PlantOptions(21) { OrderCycles = (5_000, 5_000), FirstKind = FaultKind.OvenSensorDrift };
        double with = Run(steady with { FirstFault = 100 }, 140).TakeLast(20).Average(s => Value(s, "oven-temperature"));
        double without = Run(steady with { FirstFault = 4_000 }, 140).TakeLast(20).Average(s => Value(s, "oven-temperature"));
        Assert.Equal(without, with, tolerance: 0.1);
    }

    [Fact]
    public void The_first_fault_begins_where_it_is_asked_to()
    {
        var samples = Run(new PlantOptions(2) { FirstFault = 24, FirstKind = FaultKind.HydraulicLeak }, 30);
        Assert.All(samples[..24], s => Assert.Null(s.Truth));
        Assert.All(samples[24..], s => Assert.Equal("hydraulic-leak", s.Truth!.Kind));
    }

    [Fact]
    public void Cycles_count_up_and_carry_the_time_they_were_given()
    {
        var plant = new SimulatedPlant(new PlantOptions(1));
        var first = plant.Next(Start);
        var second = plant.Next(Start.AddSeconds(1));
        Assert.Equal((0, Start), (first.Cycle, first.Time));
        Assert.Equal((1, Start.AddSeconds(1)), (second.Cycle, second.Time));
    }

    static LineSample[] Run(PlantOptions options, int cycles)
    {
        var plant = new SimulatedPlant(options);
        return [.. Enumerable.Range(0, cycles).Select(i => plant.Next(Start.AddSeconds(i)))];
    }

    static int IndexOf(string signal) => DemoLine.Signals.Select((s, i) => (s.Id, i)).Single(s => s.Id == signal).i;

    static double Value(LineSample sample, string signal) => sample.Values[IndexOf(signal)];
}
