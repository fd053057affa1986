using Takt.Monitoring.Lines;
using Takt.Monitoring.Monitors;
using Takt.Protocols.Rows;

namespace Takt.Monitoring.Tests.Monitors;

public class FaultWatchTests
{
    static readonly DateTimeOffset Start = new(2026, 3, 1, 6, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("11", false)]
    [InlineData("111", true)]
    [InlineData("10101", true)]
    [InlineData("100110", true)]       // the last five hold 1, 0, 0, 1, 1
    [InlineData("1001001001", false)]
    [InlineData("11100001", true)]     // still held: one of the last five
    [InlineData("11100000", false)]    // let go
    public void Three_of_five_raise_the_flag_and_five_below_let_it_go(string readings, bool flagged)
    {
        var persistence = new Persistence(required: 3, of: 5);
        foreach (char c in readings) persistence.Take(c == '1');
        Assert.Equal(flagged, persistence.Flagged);
    }

    [Fact]
    public void An_event_has_start_peak_explanation_and_end()
    {
        var watch = Watch(truthKnown: false);
        var why = new Explanation("occlusion", 0.1, []);
        Feed(watch, "..", why);
        var readings = Feed(watch, "5679", why, from: 2);
        Feed(watch, ".....", why, from: 6);
        Assert.Equal([false, false, true, true], readings.Select(r => r.Flagged));
        var happened = Assert.Single(watch.Events);
        Assert.Equal((1, Start.AddSeconds(4), 4L), (happened.Id, happened.Start, happened.StartCycle));
        Assert.Equal(0.7, happened.Probability);
        Assert.Equal(0.9, happened.Peak);
        Assert.Same(why, happened.Explanation);
        Assert.Equal(Start.AddSeconds(10), happened.End);
        Assert.Null(happened.FalseAlarm);
        Assert.Null(happened.DelayCycles);
    }

    [Fact]
    public void A_reading_at_the_threshold_counts_as_above_it()
    {
        var watch = Watch(truthKnown: false);
        Feed(watch, "555");
        Assert.Single(watch.Events);
    }

    [Fact]
    public void A_found_fault_has_its_kind_and_the_delay_from_its_onset()
    {
        var watch = Watch();
        Feed(watch, "..........999999.........", truth: "....FFFFFFFFFFFF.........");
        var found = Assert.Single(watch.Events);
        Assert.Equal(("leak", 8L, 8.0, false), (found.Truth!, found.DelayCycles!.Value, found.DelaySeconds!.Value, found.FalseAlarm!.Value));
        Assert.Equal(new MonitorScore(1, 1, 0, 0, 8, 8), watch.Score);
    }

    [Fact]
    public void A_fault_without_an_event_is_missed_once_it_has_been_over_for_a_window()
    {
        var watch = Watch();
        Feed(watch, ".....9..9.", truth: "..FFFFF...");
        Assert.Equal(0, watch.Score.Missed);
        Feed(watch, "...", truth: "...", from: 10);
        Assert.Equal(new MonitorScore(1, 0, 1, 0, null, null), watch.Score);
    }

    [Fact]
    public void An_event_without_a_fault_is_a_false_alarm_when_it_ends()
    {
        var watch = Watch();
        Feed(watch, "999", truth: "...");
        Assert.Null(watch.Events[0].FalseAlarm);
        Feed(watch, ".....", truth: ".....", from: 3);
        Assert.True(watch.Events[0].FalseAlarm);
        Assert.Equal(new MonitorScore(0, 0, 0, 1, null, null), watch.Score);
    }

    [Fact]
    public void A_flag_just_before_the_onset_finds_the_fault_without_delay()
    {
        var watch = Watch();
        Feed(watch, "99999.....", truth: "...FF.....");
        Assert.Equal(new MonitorScore(1, 1, 0, 0, 0, 0), watch.Score);
    }

    [Fact]
    public void Nobody_is_late_for_what_began_before_the_watch()
    {
        var watch = Watch();
        var began = new GroundTruth("leak", Onset: 10, 0.5, Failed: false);
        for (int cycle = 100; cycle < 103; cycle++)
            watch.Take(new LineSample(cycle, Start.AddSeconds(cycle), new Dictionary<string, string>(), [], began), 0.9, 0.5, null);
        Assert.Equal((2L, 2.0), (watch.Events[0].DelayCycles!.Value, watch.Events[0].DelaySeconds!.Value));
    }

    [Fact]
    public void Two_faults_are_counted_apart_and_the_newest_event_comes_first()
    {
        var watch = Watch();
        Feed(watch, "99999.........99999......", truth: "FFFFF........FFFFF.......");
        Assert.Equal([2, 1], watch.Events.Select(e => e.Id));
        Assert.Equal((2, 2, 0, 0), (watch.Score.Faults, watch.Score.Found, watch.Score.Missed, watch.Score.FalseAlarms));
        Assert.Equal(2.5, watch.Score.MeanDelayCycles);
    }

    [Fact]
    public void Only_the_last_events_are_kept_but_numbers_go_on()
    {
        var watch = new FaultWatch(new MonitorOptions("m", "model") { EventsKept = 2 }, truthKnown: false);
        Feed(watch, string.Concat(Enumerable.Repeat("999.....", 4)));
        Assert.Equal([4, 3], watch.Events.Select(e => e.Id));
    }

    static FaultWatch Watch(bool truthKnown = true) => new(new MonitorOptions("m", "model"), truthKnown);

    /// <summary>One cycle a character: a digit is the probability in tenths, '.' is 0; F in the truth is a fault.</summary>
    static List<MonitorReading> Feed(FaultWatch watch, string probabilities, Explanation? why = null, string? truth = null, int from = 0)
    {
        var readings = new List<MonitorReading>();
        for (int i = 0; i < probabilities.Length; i++)
        {
            GroundTruth? fault = null;
            if (truth?[i] == 'F')
            {
                int onset = i;
                while (onset > 0 && truth[onset - 1] == 'F') onset--;
                fault = new GroundTruth("leak", from + onset, 0.5, Failed: false);
            }

            var sample = new LineSample(from + i, Start.AddSeconds(from + i), new Dictionary<string, string>(), [], fault);
            readings.Add(watch.Take(sample, probabilities[i] == '.' ? 0 : (probabilities[i] - '0') / 10.0, threshold: 0.5, why).Reading);
        }

        return readings;
    }
}
