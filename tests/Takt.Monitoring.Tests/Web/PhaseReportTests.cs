using Takt.Serving.Statistics;
using Takt.Web.Reading;

namespace Takt.Monitoring.Tests.Web;

public class PhaseReportTests
{
    [Fact]
    public void Batch_sizes_between_powers_of_two_are_told_together_with_the_mean_of_all_their_calls()
    {
        var counts = new VersionStatistics("press", 1) { Batches = [Batch(1, 10, 20), Batch(3, 1, 4), Batch(4, 3, 8), Batch(5, 1, 5), Batch(64, 2, 10)] };
        Assert.Equal(
            [(1, 1, 10L, 2.0), (3, 4, 4L, 3.0), (5, 8, 1L, 5.0), (33, 64, 2L, 5.0)],
            PhaseReport.Batches(counts).Select(batch => (batch.Least, batch.Most, batch.Calls, batch.MeanMs!.Value)));
    }

    [Fact]
    public void A_phase_without_any_time_was_not_told_apart()
    {
        var counts = new VersionStatistics("press", 1) { Queue = Sum(4, 2), Input = Sum(4, 0), Compute = Sum(4, 12), Output = Sum(4, 1) };
        Assert.Equal([("queue", 0.5), ("pipeline", null), ("compute", 3.0), ("output", 0.25)], PhaseReport.Phases(counts).Select(phase => (phase.Name, phase.MeanMs)));
        Assert.Equal(("door", 0.75), PhaseReport.Phases(counts with { Door = Sum(4, 3) })[^1]);
    }

    static BatchStatistics Batch(int rows, long calls, double ms) => new(rows, default, Sum(calls, ms), default);

    static DurationSum Sum(long count, double ms) => new(count, TimeSpan.FromMilliseconds(ms));
}
