using Takt.Data.Pipelines.Steps;
using Takt.Learning.Specs;
using Takt.Protocols.Problems;

namespace Takt.Learning.Tests.Specs;

public class TrainSpecReaderTests
{
    const string Design = """
        name: press-failure
        task: classification      # regression | anomaly
        data: { file: ai4i2020.csv, target: Machine failure, ignore: [UDI, Product ID, TWF, HDF, PWF, OSF, RNF], split: { test: 0.2, stratify: true } }
        prepare: auto             # or a list of steps
        model: { family: dense, layers: [64, 32] }
        train: { epochs: 60, batch: 128, optimizer: adam, rate: 0.001, patience: 10, seed: 7 }
        """;

    const string Engines = """
        name: engine-life
        task: regression
        data:
          file: train_FD001.txt
          delimiter: space
          columns: [unit, cycle, s1, s2]
          target: { remaining-life: { cap: 125 } }
          group: unit
          time: cycle
          test: { file: test_FD001.txt, answers: RUL_FD001.txt }
        window: { length: 30, stride: 1 }
        model: { family: lstm, hidden: [64, 32], layers: [16], dropout: 0.2 }
        train: { schedule: { kind: cosine, warmup: 0.05 }, monitor: rmse, clip: 0.5 }
        """;

    [Fact]
    public void The_spec_of_the_design_is_read_as_it_stands()
    {
        var spec = TrainSpecReader.Parse(Design);

        Assert.Equal("press-failure", spec.Name);
        Assert.Equal(LearningTask.Classification, spec.Task);
        Assert.Equal("ai4i2020.csv", spec.Data.File);
        Assert.Equal("Machine failure", spec.Data.Target.Column);
        Assert.Equal(["UDI", "Product ID", "TWF", "HDF", "PWF", "OSF", "RNF"], spec.Data.Ignore);
        Assert.Equal((0.2, true, SplitBy.Random), (spec.Data.Split.Test, spec.Data.Split.Stratify, spec.Data.Split.By));
        Assert.Null(spec.Prepare);
        Assert.Equal([64, 32], spec.Model.Layers);
        Assert.Equal((60, 128, OptimizerKind.Adam, 0.001, 10, 7UL),
            (spec.Train.Epochs, spec.Train.Batch, spec.Train.Optimizer, spec.Train.Rate, spec.Train.Patience, spec.Train.Seed));
    }

    [Fact]
    public void A_remaining_life_spec_with_its_own_test_file_is_read()
    {
        var spec = TrainSpecReader.Parse(Engines);

        Assert.Equal(125, spec.Data.Target.RemainingLife!.Cap);
        Assert.Equal(new TestFileSpec { File = "test_FD001.txt", Answers = "RUL_FD001.txt" }, spec.Data.Test);
        Assert.Equal((SplitBy.Group, 0.0), (spec.Data.Split.By, spec.Data.Split.Test));
        Assert.Equal(' ', spec.Data.Delimiter);
        Assert.Equal(new WindowSpec { Length = 30, Stride = 1, Padding = WindowPadding.First }, spec.Window);
        Assert.Equal([64, 32], spec.Model.Hidden);
        Assert.Equal([16], spec.Model.Layers);
        Assert.Equal(new ScheduleSpec { Kind = ScheduleKind.Cosine, Warmup = 0.05 }, spec.Train.Schedule);
    }

    [Fact]
    public void What_is_left_out_has_the_documented_default()
    {
        var spec = TrainSpecReader.Parse("{ name: a, data: { file: f.csv, target: y } }");

        Assert.Null(spec.Task);
        Assert.Equal(new SplitSpec(), spec.Data.Split);
        Assert.Equal((ModelFamily.Dense, Activation.Relu, 1), (spec.Model.Family, spec.Model.Activation, spec.Model.Ensemble));
        Assert.Equal((100, 128, 0.001, 10, 0.0, ThresholdGoal.F1),
            (spec.Train.Epochs, spec.Train.Batch, spec.Train.Rate, spec.Train.Patience, spec.Train.Clip, spec.Train.Threshold.Goal));
    }

    [Theory]
    [InlineData("group: machine", SplitBy.Group)]
    [InlineData("time: stamp", SplitBy.Time)]
    [InlineData("group: machine, time: stamp", SplitBy.Group)]
    [InlineData("group: machine, split: { by: random }", SplitBy.Random)]
    public void The_split_keeps_together_what_the_data_names(string keys, SplitBy expected) =>
        Assert.Equal(expected, TrainSpecReader.Parse($"{{ name: a, data: {{ file: f.csv, target: y, {keys} }} }}").Data.Split.By);

    [Fact]
    public void A_window_makes_lstm_the_default_family_and_lstm_brings_a_window()
    {
        Assert.Equal(ModelFamily.Lstm, TrainSpecReader.Parse("{ name: a, window: 20, data: { file: f.csv, target: y } }").Model.Family);
        var spec = TrainSpecReader.Parse("{ name: a, model: { family: lstm }, data: { file: f.csv, target: y } }");
        Assert.Equal((30, 1.0), (spec.Window!.Length, spec.Train.Clip));
        Assert.Empty(spec.Model.Layers);
    }

    [Theory]
    [InlineData("threshold: mcc", ThresholdGoal.Mcc)]
    [InlineData("threshold: 0.3", ThresholdGoal.Fixed)]
    [InlineData("threshold: { metric: recall, precision: 0.8 }", ThresholdGoal.Recall)]
    [InlineData("threshold: { metric: cost, miss: 50, false-alarm: 2 }", ThresholdGoal.Cost)]
    [InlineData("threshold: { value: 0.3 }", ThresholdGoal.Fixed)]
    public void A_threshold_goal_is_a_word_a_number_or_a_map(string key, ThresholdGoal expected) =>
        Assert.Equal(expected, TrainSpecReader.Parse($"{{ name: a, data: {{ file: f.csv, target: y }}, train: {{ {key} }} }}").Train.Threshold.Goal);

    [Fact]
    public void Class_weights_are_kept_by_label_even_where_labels_look_alike()
    {
        var weights = TrainSpecReader.Parse("{ name: a, data: { file: f.csv, target: y }, train: { class_weights: { a_b: 2, A-b: 3, '1': 10 } } }").Train.ClassWeights;

        Assert.Equal(ClassWeighting.Given, weights.Kind);
        Assert.Equal(new Dictionary<string, double> { ["a_b"] = 2, ["A-b"] = 3, ["1"] = 10 }, weights.Weights);
    }

    [Fact]
    public void Preparation_steps_are_handed_on_as_json()
    {
        var spec = TrainSpecReader.Parse("""
            name: a
            data: { file: f.csv, target: y }
            prepare:
              - { step: impute, with: mean }
              - { step: clip, columns: [torque, '5'], lower: 0.01 }
              - standardise
            """);

        Assert.Equal("""[{"step":"impute","with":"mean"},{"step":"clip","columns":["torque","5"],"lower":0.01},"standardise"]""", spec.Prepare!.ToJsonString());
        Assert.Equal(["impute", "clip", "standardise"], Takt.Data.Pipelines.PrepareSpecReader.Read(spec.Prepare).Steps.Select(s => s.Step));
    }

    [Fact]
    public void What_is_wrong_with_a_preparation_step_is_told_at_its_line_along_with_the_rest()
    {
        var problems = Assert.Throws<InputException>(() => TrainSpecReader.Parse("""
            name: a
            data: { file: f.csv, target: y }
            prepare:
              - { step: impute, with: meen }
              - step: clip
                quantiles: [0.9, 0.1]
            train: { epochs: 0 }
            """)).Problems;

        Assert.Equal(["spec line 4 column 21", "spec line 6 column 5", "spec line 7 column 18"], problems.Select(p => p.Where).Order());
    }

    [Fact]
    public void A_window_step_makes_lstm_the_default_family_and_no_second_window()
    {
        var spec = TrainSpecReader.Parse("{ name: a, data: { file: f.csv, target: y }, prepare: [standardise, { step: window, length: 9 }] }");
        Assert.Equal((ModelFamily.Lstm, null), (spec.Model.Family, spec.Window));
    }

    [Fact]
    public void A_spec_in_json_is_read_even_with_tabs()
    {
        var spec = TrainSpecReader.Parse("{\n\t\"name\": \"a\",\n\t\"data\": {\n\t\t\"file\": \"f.csv\",\n\t\t\"target\": \"y\"\n\t}\n}");
        Assert.Equal("y", spec.Data.Target.Column);
    }

    [Fact]
    public void Paths_start_from_the_spec_and_a_missing_file_is_told_with_the_nearest()
    {
        string folder = Directory.CreateTempSubdirectory("takt-spec-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "press.csv"), "a,y\n1,2\n");
            File.WriteAllText(Path.Combine(folder, "good.yaml"), "{ name: a, data: { file: press.csv, target: y } }");
            File.WriteAllText(Path.Combine(folder, "bad.yaml"), "name: a\ndata:\n  file: pres.csv\n  target: y\n");

            var spec = TrainSpecReader.Read(Path.Combine(folder, "good.yaml"));
            Assert.Equal(Path.Combine(folder, "press.csv"), spec.PathOf(spec.Data.File));
            var problem = Assert.Single(Assert.Throws<InputException>(() => TrainSpecReader.Read(Path.Combine(folder, "bad.yaml"))).Problems);
            Assert.Equal(("bad.yaml line 3 column 9", "Did you mean 'press.csv'?"), (problem.Where, problem.WayOut));
            var missing = Assert.Throws<InputException>(() => TrainSpecReader.Read(Path.Combine(folder, "god.yaml")));
            Assert.Contains("Did you mean 'good.yaml'?", missing.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
