using Takt.Learning.Benchmarks;
using Takt.Protocols.Problems;

namespace Takt.Learning.Tests.Benchmarks;

public class BenchmarkTests
{
    [Fact]
    public void Every_workload_takes_its_steps_and_answers_its_batches()
    {
        foreach (var workload in Workloads.All)
        {
            if (workload.TrainingBatch > 0)
            {
                var step = workload.Training();
                step();
                step();
            }

            foreach (int batch in workload.InferenceBatches) workload.Inference(batch)();
        }
    }

    [Fact]
    public void A_measurement_says_what_ran_and_how_fast()
    {
        var measured = Benchmark.Run(["mlp"], BenchmarkPhase.Infer, TimeSpan.FromMilliseconds(1)).ToList();
        Assert.Equal([1, 32], measured.Select(m => m.Batch));
        Assert.All(measured, m =>
        {
            Assert.Equal(("mlp", "infer"), (m.Workload, m.Phase));
            Assert.True(m.Milliseconds > 0 && m.PerSecond > 0);
        });
    }

    [Fact]
    public void A_name_that_no_workload_has_is_wrong_input_and_the_nearest_is_suggested()
    {
        var wrong = Assert.Throws<InputException>(() => Benchmark.Run(["mpl"], null, TimeSpan.FromSeconds(1)));
        Assert.Contains("mlp", wrong.Message);
    }
}
