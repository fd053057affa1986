using Takt.Graphs.Onnx;
using Takt.Graphs.Tracing;
using Takt.Learning.Benchmarks;
using Takt.Protocols.Problems;
using Takt.Tensors;

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

            foreach (int batch in workload.InferenceBatches(null)) workload.Inference(batch, null)();
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
    public void A_stored_graph_answers_instead_of_the_traced_network_and_only_if_its_output_is_right()
    {
        string folder = Directory.CreateTempSubdirectory("takt-bench").FullName;
        try
        {
            var model = Tracer.Trace(x => x.Relu(), Tensor.Zeros(1, 14), new TraceNames());
            ModelFile.Write(model, Path.Combine(folder, "mlp.onnx"));
            Write(2);
            var measured = Benchmark.Run(["mlp"], BenchmarkPhase.Infer, TimeSpan.FromMilliseconds(1), folder).ToList();
            Assert.Equal([1, 32], measured.Select(m => m.Batch));
            Write(2.5);
            Assert.Contains("differs by 0.5", Assert.Throws<InputException>(() => Benchmark.Run(["mlp"], BenchmarkPhase.Infer, TimeSpan.FromMilliseconds(1), folder).ToList()).Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Write(double last) => File.WriteAllText(Path.Combine(folder, "mlp.json"), FormattableString.Invariant($$"""
            {"input": {"shape": [1, 14], "type": "float32", "data": [0,0,0,0,0,0,0,0,0,0,0,0,-1,2] }, "output": {"shape": [1, 14], "data": [0,0,0,0,0,0,0,0,0,0,0,0,0,{{last}}] } }
            """));
    }

    [Fact]
    public void A_name_that_no_workload_has_is_wrong_input_and_the_nearest_is_suggested()
    {
        var wrong = Assert.Throws<InputException>(() => Benchmark.Run(["mpl"], null, TimeSpan.FromSeconds(1)));
        Assert.Contains("mlp", wrong.Message);
    }
}
