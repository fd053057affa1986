using Takt.Graphs.Plans;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Tests.Plans;

public class ProfileTests
{
    [Fact]
    public void Every_node_that_runs_is_timed()
    {
        var plan = Plan.Compile(Network.Of("dense").Trace());
        var profile = plan.Profile([NamedTensor.Of<float>("x", new float[21], 3, 7)], 2, new TickingClock());
        Assert.Equal(2, profile.Runs);
        Assert.Equal(plan.Operators.Count(), profile.Nodes.Count);
        Assert.Equal(1, profile.Nodes.Sum(n => n.Share), tolerance: 1e-9);
        Assert.All(profile.Nodes, node => Assert.Equal(1, node.Milliseconds, tolerance: 1e-9));   // the clock goes on by a millisecond whenever it is read
        Assert.Equal(profile.Nodes.Count, profile.MillisecondsPerRun, tolerance: 1e-9);
        Assert.Equal([3, 1], profile.Nodes[^1].Sizes);
        Assert.StartsWith("Gemm + ", profile.Nodes[0].Operator);
    }

    [Fact]
    public void No_run_at_all_is_refused() =>
        Assert.Throws<InputException>(() => Plan.Compile(Network.Of("dense").Trace()).Profile([NamedTensor.Of<float>("x", new float[7], 1, 7)], 0, TimeProvider.System));

    sealed class TickingClock : TimeProvider
    {
        long _milliseconds;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _milliseconds++;
    }
}
