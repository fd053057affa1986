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
    [InlineData(ScheduleKind.OneCycle, 0, 0.04), InlineData(ScheduleKind.OneCycle, 30, 1), InlineData(ScheduleKind.OneCycle, 100, 4e-6)]
    public void The_rate_takes_its_course(ScheduleKind kind, long step, double expected) =>
        Assert.Equal(expected, new RateSchedule(new() { Kind = kind }, rate: 1, steps: 100, plateau: 1).RateAt(step), 1e-6);

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
