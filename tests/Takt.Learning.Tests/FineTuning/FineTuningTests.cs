using System.Globalization;
using System.Text;
using Takt.Graphs.Onnx;
using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Graphs.Tracing;
using Takt.Learning.Jobs;
using Takt.Learning.Layers;
using Takt.Learning.Specs;
using Takt.Learning.Tests.Jobs;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Learning.Tests.FineTuning;

/// <summary>A press is modelled; then its sensors are exchanged, so that what the model knows is shifted; training goes on from the model.</summary>
public sealed class FineTuningTests : IClassFixture<FineTuningTests.Exchange>, IDisposable
{
    const string Base = """
        name: press-failure
        data: { file: press.csv, target: Failed, ignore: [Batch, Yield] }
        model: { layers: [16, 8] }
        train: { epochs: 30, batch: 32, rate: 0.01, seed: 1 }
        """;

    const string Further = """
        name: press-failure
        data: { file: shifted.csv, target: Failed, ignore: [Batch, Yield] }
        model: { from: press-failure.takt, train: all }
        train: { epochs: 12, batch: 32, rate: 0.01, seed: 2 }
        """;

    /// <summary>Long enough to be told of, and stopped, on a fast machine.</summary>
    static readonly string Long = Further.Replace("epochs: 12", "epochs: 120, patience: 0");

    readonly Plant _plant = new();
    readonly Package _base;

    public FineTuningTests(Exchange exchange)
    {
        foreach (string file in Directory.EnumerateFiles(exchange.Plant.Folder)) File.Copy(file, _plant.In(Path.GetFileName(file)), overwrite: true);
        _base = PackageFile.Read(_plant.In("press-failure.takt"));
    }

    public void Dispose() => _plant.Dispose();

    [Fact]
    public void Trained_further_a_model_learns_what_has_changed()
    {
        double before = EvaluateJob.Run(new Predictor(_base), _plant.In("shifted.csv")).Metrics.Classification!.RocAuc.Value!.Value;
        var outcome = _plant.Train(_plant.Spec(Further));
        Assert.InRange(before, 0.3, 0.85);
        Assert.InRange(outcome.Test!.Classification!.RocAuc.Value!.Value, 0.95, 1);

        var package = PackageFile.Read(outcome.PackagePath);
        Assert.True(package.Verify().Passed);
        Assert.Equal(_base.Pipeline!.ToJsonString(), package.Pipeline!.ToJsonString());   // weights belong to their preparation
        Assert.Equal(Operators(_base.Model), Operators(package.Model));                 // the same graph, other numbers
        Assert.Equal(_base.Model.Graph.Initializer.Select(t => t.Name), package.Model.Graph.Initializer.Select(t => t.Name));
        Assert.Contains("press-failure.takt, trained further: all weights", package.Card.Network);
    }

    [Theory]
    [InlineData("{ last: 1 }", new[] { "output.weight", "output.bias" })]
    [InlineData("{ last: 2 }", new[] { "hidden2.weight", "hidden2.bias", "output.weight", "output.bias" })]
    [InlineData("[hidden1.bias]", new[] { "hidden1.bias" })]
    public void Weights_that_are_not_chosen_stay_as_they_were_bit_for_bit(string chosen, string[] moved)
    {
        var outcome = _plant.Train(_plant.Spec(Further.Replace("train: all", $"train: {chosen}").Replace("seed: 2", "seed: 2, ema: 0.9, weight_decay: 0.01")));
        var model = PackageFile.Read(outcome.PackagePath).Model;
        var changed = model.Graph.Initializer.Where(t => _base.Model.Graph.Initializer.First(o => o.Name == t.Name).RawData != t.RawData && t.DataType == 1).Select(t => t.Name);
        Assert.Equal(moved.Order(), changed.Order());
        Assert.Equal(moved.Sum(name => model.Graph.Initializer.First(t => t.Name == name).Dims.Aggregate(1L, (n, d) => n * d)), outcome.Record.Parameters);
    }

    [Fact]
    public void A_run_that_was_stopped_ends_with_the_model_of_one_that_never_stopped()
    {
        var spec = _plant.Spec(Long);
        var whole = PackageFile.Read(_plant.Train(spec, "whole").PackagePath);
        foreach (int epoch in new[] { 3, 40, 80 })
            Stop(spec, epoch);
        Assert.Equal(ModelFile.ToBytes(whole.Model), ModelFile.ToBytes(PackageFile.Read(_plant.Train(spec, "cut").PackagePath).Model));
    }

    [Fact]
    public void A_run_is_not_gone_on_with_from_another_model()
    {
        var spec = _plant.Spec(Long);
        Stop(spec, 3);
        File.Copy(_plant.Train(_plant.Spec(Base.Replace("seed: 1", "seed: 5")), "other").PackagePath, _plant.In("press-failure.takt"), overwrite: true);
        Assert.Contains("started from another model", Assert.Throws<InputException>(() => _plant.Train(spec, "cut")).Message);
    }

    [Fact]
    public void A_last_layer_that_gives_other_outputs_is_replaced_and_told()
    {
        var random = new Generator(4);
        var network = new Sequential([new("one", new Linear(4, 8, random)), new("relu", new ActivationLayer(Activation.Relu)), new("output", new Linear(8, 1, random))]);
        ModelFile.Write(Tracer.Trace(x => network.Forward(x, Mode.Evaluation), Tensor.Ones(1, 4), new TraceNames { Parameters = [.. network.Parameters().Select(p => (p.Name, p.Value))] }), _plant.In("four.onnx"));
        var outcome = _plant.Train(_plant.Spec(Further.Replace("target: Failed, ignore: [Batch, Yield]", "target: Grade, ignore: [Batch]").Replace("press-failure.takt, train: all", "four.onnx, train: { last: 1 }")));
        Assert.Contains(outcome.Record.Notes, note => note.Contains("gives 1 number where 3 are needed: its last layer was replaced"));
        var package = PackageFile.Read(outcome.PackagePath);
        Assert.Equal(3, Plan.Compile(package.Model).Outputs[0].Sizes![^1]);
        Assert.Equal("Softmax", package.Model.Graph.Node[^1].OpType);
        Assert.DoesNotContain("output.weight", package.Model.Graph.Initializer.Select(t => t.Name));
        Assert.True(package.Verify().Passed);
    }

    [Fact]
    public void A_number_is_learned_further_too()
    {
        string number = Base.Replace("Failed, ignore: [Batch, Yield]", "Yield, ignore: [Batch, Failed]");
        File.Copy(_plant.Train(_plant.Spec(number), "yield").PackagePath, _plant.In("yield.takt"));
        var package = PackageFile.Read(_plant.In("yield.takt"));
        double before = EvaluateJob.Run(new Predictor(package), _plant.In("shifted.csv")).Metrics.Regression!.Rmse.Value!.Value;
        var outcome = _plant.Train(_plant.Spec(Further.Replace("Failed, ignore: [Batch, Yield]", "Yield, ignore: [Batch, Failed]").Replace("press-failure.takt", "yield.takt")));
        Assert.True(before > 2, $"{before}");
        Assert.InRange(outcome.Test!.Regression!.Rmse.Value!.Value, 0, 0.6);
    }

    /// <summary>Two outputs and a Softmax say of two classes what one and a Sigmoid do: their difference is the log-odds.</summary>
    [Fact]
    public void A_model_with_an_output_for_each_of_two_classes_says_the_same_as_before_when_nothing_is_learned()
    {
        var random = new Generator(4);
        var network = new Sequential([new("one", new Linear(5, 8, random)), new("relu", new ActivationLayer(Activation.Relu)), new("two", new Linear(8, 2, random))]);
        var model = Tracer.Trace(x => network.Forward(x, Mode.Evaluation).Softmax(), Tensor.Ones(1, 5), new TraceNames { Parameters = [.. network.Parameters().Select(p => (p.Name, p.Value))] });
        ModelFile.Write(model, _plant.In("two.onnx"));
        var outcome = _plant.Train(_plant.Spec(Further.Replace("press-failure.takt", "two.onnx").Replace("rate: 0.01", "rate: 1e-12").Replace("epochs: 12", "epochs: 1")));
        var x = Tensor.Normal([7, 5], 1, random);
        float[] then = Plan.Compile(model).Run(x.Values, 7, 5), now = Plan.Compile(PackageFile.Read(outcome.PackagePath).Model).Run(x.Values, 7, 5);
        for (int i = 0; i < 7; i++) Assert.Equal(then[(2 * i) + 1], now[i], tolerance: 1e-5f);
    }

    [Fact]
    public void The_mean_of_an_ensemble_goes_on_from_its_own_probabilities()
    {
        File.Copy(_plant.Train(_plant.Spec(Base.Replace("layers: [16, 8]", "layers: [8], ensemble: 2")), "ensemble").PackagePath, _plant.In("ensemble.takt"));
        var before = PackageFile.Read(_plant.In("ensemble.takt"));
        var after = PackageFile.Read(_plant.Train(_plant.Spec(Further.Replace("press-failure.takt", "ensemble.takt").Replace("rate: 0.01", "rate: 1e-12").Replace("epochs: 12", "epochs: 1"))).PackagePath);
        float[] then = Plan.Compile(before.Model).Run(before.Golden!.Inputs, [.. before.Golden!.InputSizes]), now = Plan.Compile(after.Model).Run(before.Golden!.Inputs, [.. before.Golden!.InputSizes]);
        for (int i = 0; i < then.Length; i++) Assert.Equal(then[i], now[i], tolerance: 1e-5f);
    }

    [Fact]
    public void What_is_wrong_in_a_spec_is_told_at_once()
    {
        var problems = Assert.Throws<InputException>(() => _plant.Spec(Further.Replace("press-failure.takt, train: all", "press-falure.takt, layers: [8], train: { lost: 2 }"))).Problems;
        Assert.Equal(
            [
                "spec.yaml line 3 column 43: 'layers' beside 'from'; expected one of the two. Leave 'layers' out: the network is that of the model.",
                $"spec.yaml line 3 column 16: no file 'press-falure.takt' in {_plant.Folder}; expected a file, named from that folder. Did you mean 'press-failure.takt'?",
                "spec.yaml line 3 column 57: unknown key 'lost' in model.train. Did you mean 'last'?",
            ], problems.Select(p => p.ToString()));
        Assert.Contains("'train' in a model without 'from'", Assert.Throws<InputException>(() => _plant.Spec(Base.Replace("layers: [16, 8]", "train: all"))).Message);
    }

    [Fact]
    public void Weights_that_the_model_does_not_have_are_told_with_the_nearest()
    {
        var wrong = Assert.Throws<InputException>(() => _plant.Train(_plant.Spec(Further.Replace("train: all", "train: [hiden1.bias, head]"))));
        Assert.Equal(2, wrong.Problems.Count);
        Assert.Contains("Did you mean 'hidden1.bias'?", wrong.Message);
    }

    [Fact]
    public void Rows_of_another_width_are_told_with_what_the_model_was_made_for()
    {
        var wrong = Assert.Throws<InputException>(() => _plant.Train(_plant.Spec(Further.Replace("press-failure.takt", "press-failure.onnx").Replace("ignore: [Batch, Yield]", "ignore: [Batch, Yield, Grade]"))));
        Assert.Contains("what the model was made for", wrong.Message);
    }

    [Theory, InlineData("all"), InlineData("{ last: 2 }"), InlineData("[a.weight, b]")]
    public void A_written_spec_reads_back_as_it_was(string chosen)
    {
        var spec = _plant.Spec(Further.Replace("train: all", $"train: {chosen}"));
        string written = TrainSpecWriter.ToYaml(spec);
        Assert.Equal(written, TrainSpecWriter.ToYaml(TrainSpecReader.Parse(written, "written", _plant.Folder)));
        Assert.Contains("from: press-failure.takt", written);
    }

    void Stop(TrainSpec spec, int epoch)
    {
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => _plant.Train(spec, "cut", new Stopper(epoch, stop), stop.Token));
    }

    static IEnumerable<string> Operators(ModelProto model) => model.Graph.Node.Where(n => n.OpType != "Constant").Select(n => n.OpType);

    /// <summary>The model before the exchange, and rows from after it.</summary>
    public sealed class Exchange : IDisposable
    {
        public Exchange()
        {
            File.Copy(Plant.Train(Plant.Spec(Base), "base").PackagePath, Plant.In("press-failure.takt"));
            ModelFile.Write(PackageFile.Read(Plant.In("press-failure.takt")).Model, Plant.In("press-failure.onnx"));
            var random = new Generator(8);
            var rows = new StringBuilder("Batch,Grade,Pressure [bar],Temperature [°C],Failed,Yield [%]\n");
            for (int i = 0; i < 600; i++)
            {
                double pressure = 100 + (10 * random.NextNormal()), temperature = 60 + (5 * random.NextNormal());
                int grade = random.NextInt(3);
                double stress = ((pressure - 100) / 10) - ((temperature - 60) / 5) + (grade == 2 ? 1 : 0);   // colder is worse now
                rows.Append(CultureInfo.InvariantCulture, $"{i},{"ABC"[grade]},{pressure:F2},{temperature:F2},{(stress > 1.5 ? 1 : 0)},{95 - (2 * stress):F3}\n");
            }

            File.WriteAllText(Plant.In("shifted.csv"), rows.ToString());
        }

        internal Plant Plant { get; } = new();

        public void Dispose() => Plant.Dispose();
    }

    sealed class Stopper(int epoch, CancellationTokenSource stop) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.Training is { } training && training.Epoch >= epoch) stop.Cancel();
        }
    }
}
