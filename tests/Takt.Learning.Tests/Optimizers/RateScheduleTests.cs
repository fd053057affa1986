using System.Text.Json;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;

namespace Takt.Learning.Tests.Optimizers;

public class RateScheduleTests
{
    [Theory]
    [InlineData(ScheduleKind.Constant, 0, 1), InlineData(ScheduleKind.Constant, 99, 1)]
    [InlineData(ScheduleKind.Cosine, 0, 1), InlineData(ScheduleKind.Cosine, 50, 0.5), InlineData(ScheduleKind.Cosine, 100, 0)]
    [InlineData(ScheduleKind.Linear, 25, 0.75), InlineData(ScheduleKind.Linear, 100, 0)]
    [InlineData(ScheduleKind.Step, 33, 1), InlineData(ScheduleKind.Step, 34, 0.1), InlineData(ScheduleKind.Step, 67, 0.01), InlineData(ScheduleKind.Step, 100, 0.01)]
    [InlineData(ScheduleKind.OneCycle, 0, 0.04), InlineData(ScheduleKind.OneCycle, 29, 1), InlineData(ScheduleKind.OneCycle, 99, 4e-6)]
    public void The_rate_takes_its_course(ScheduleKind kind, long step, double expected) =>
        Assert.Equal(expected, new RateSchedule(new() { Kind = kind }, rate: 1, steps: 100, plateau: 1).RateAt(step), 1e-6);

    [Theory]
    [InlineData("cosine", ScheduleKind.Cosine), InlineData("step", ScheduleKind.Step), InlineData("one-cycle", ScheduleKind.OneCycle), InlineData("linear", ScheduleKind.Linear)]
    public void Each_step_has_the_rate_it_has_in_PyTorch(string name, ScheduleKind kind)
    {
        double[] rates = Golden(name);
        var schedule = new RateSchedule(new() { Kind = kind }, rate: 1, steps: rates.Length, plateau: 1);
        Assert.Equal(rates, rates.Select((_, step) => (double)schedule.RateAt(step)), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void On_a_plateau_the_rate_falls_when_it_falls_in_PyTorch()
    {
        int[] metric = [5, 4, 4, 4, 4, 3, 3, 3, 2, 2, 2, 2];
        var schedule = new RateSchedule(new() { Kind = ScheduleKind.Plateau }, rate: 1, steps: 100, plateau: 2);   // PyTorch's patience is one less
        var rates = new List<double>();
        for (int epoch = 0; epoch < metric.Length; epoch++)
        {
            rates.Add(schedule.RateAt(0));
            schedule.EndEpoch(improved: epoch == 0 || metric[epoch] < metric[..epoch].Min());
        }

        Assert.Equal(Golden("plateau"), rates);
    }

    static double[] Golden(string schedule) => JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Optimizers", "optimizers.golden.json")))
        .RootElement.GetProperty("rates").GetProperty(schedule).Deserialize<double[]>()!;

    [Fact]
    public void Warm_up_rises_from_nearly_nothing_to_the_rate_and_the_course_follows()
    {
        var schedule = new RateSchedule(new() { Kind = ScheduleKind.Linear, Warmup = 0.2 }, rate: 1, steps: 100, plateau: 1);
        Assert.Equal([1f / 21, 11f / 21, 1f, 0.5f], new[] { 0, 10, 20, 60 }.Select(s => schedule.RateAt(s)), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void On_a_plateau_the_rate_is_halved_each_time_the_waiting_is_over()
    {
        var schedule = new RateSchedule(new() { Kind = ScheduleKind.Plateau }, rate: 1, steps: 100, plateau: 2);
        var rates = new List<float>();
        foreach (bool improved in new[] { true, false, true, false, false, false, false })
        {
            schedule.EndEpoch(improved);
            rates.Add(schedule.RateAt(0));
        }

        Assert.Equal([1, 1, 1, 1, 0.5f, 0.5f, 0.25f], rates);
    }
}
