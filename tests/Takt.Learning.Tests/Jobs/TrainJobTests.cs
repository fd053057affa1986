using Takt.Graphs.Packages;
using Takt.Graphs.Plans;
using Takt.Learning.Jobs;
using Takt.Learning.Specs;
using Takt.Protocols.Models;
using Takt.Protocols.Problems;
using Takt.Tensors.Threading;
using Takt.Tests;

namespace Takt.Learning.Tests.Jobs;

public sealed class TrainJobTests : IDisposable
{
    const string Failure = """
        name: press-failure
        data: { file: press.csv, target: Failed, ignore: [Batch, Yield] }
        model: { layers: [16] }
        train: { epochs: 30, batch: 32, rate: 0.01, seed: 1 }
        """;

    const string Life = """
        name: bearing-life
        data: { file: bearings.csv, target: { remaining-life: { cap: 40 } }, group: unit, time: hour, test: { file: bearings-test.csv, answers: answers.txt } }
        window: { length: 8 }
        model: { family: lstm, hidden: [12], layers: [] }
        train: { epochs: 12, batch: 64, rate: 0.01, seed: 1 }
        """;

    readonly Plant _plant = new();

    public void Dispose() => _plant.Dispose();

    [Fact]
    public void A_fault_model_is_trained_judged_and_packaged_and_its_graph_answers_as_the_network_did()
    {
        var outcome = _plant.Train(_plant.Spec(Failure));
        Assert.Equal(LearningTask.Classification, outcome.Task);
        Assert.InRange(outcome.Test!.Classification!.RocAuc.Value!.Value, 0.97, 1);
        Assert.InRange(outcome.Test.Classification.F1.Value!.Value, 0.85, 1);

        var package = PackageFile.Read(outcome.PackagePath);
        Assert.Equal(outcome.Sha256, PackageFile.HashOf(outcome.PackagePath));
        Assert.True(package.Golden!.Verify(Plan.Compile(package.Model)).Passed);
        Assert.Equal("f1", package.Decision.Metric);
        Assert.Equal(["Grade", "Pressure", "Temperature"], package.Card.Inputs.Select(i => i.Name));
        Assert.Equal((384, 96, 120), (package.Card.Data!.TrainingRows, package.Card.Data.ValidationRows, package.Card.Data.TestRows));
    }

    [Fact]
    public void Threads_of_a_job_are_those_of_that_job_alone()
    {
        int before = Workers.Count;
        var (inside, beside) = (new HashSet<int>(), new HashSet<int>());
        var spec = _plant.Spec(Failure);
        _plant.Train(spec with { Train = spec.Train with { Threads = 1, Epochs = 2 } }, progress: new Told(() =>
        {
            inside.Add(Workers.Count);
            var other = new Thread(() => beside.Add(Workers.Count));
            other.Start();
            other.Join();
        }));
        Assert.Equal([1], inside);
        Assert.Equal([before], beside);
        Assert.Equal(before, Workers.Count);
    }

    sealed class Told(Action each) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => each();
    }

    [Theory, InlineData(Failure, "press.csv", null), InlineData(Life, "bearings-test.csv", "answers.txt")]
    public void A_package_evaluated_on_the_table_it_was_tested_on_gives_the_same_metrics(string yaml, string file, string? answers)
    {
        var spec = _plant.Spec(yaml);
        spec = spec with { Data = spec.Data with { Split = spec.Data.Split with { TestRows = answers is null ? new() { Rows = [.. Enumerable.Range(100, 500)] } : null } } };
        var outcome = _plant.Train(spec);
        if (answers is null)
        {
            string[] lines = File.ReadAllLines(_plant.In(file));
            File.WriteAllLines(_plant.In("test.csv"), [lines[0], .. lines[101..]]);
            file = "test.csv";
        }

        var report = EvaluateJob.Run(Predictor.Load(outcome.PackagePath), _plant.In(file), answers is null ? null : _plant.In(answers));
        if (answers is null) Assert.Throws<InputException>(() => EvaluateJob.Run(Predictor.Load(outcome.PackagePath), _plant.In(file), "answers.txt"));
        Assert.Equal(outcome.Test!.Headline().Select(h => (h.Name, Math.Round(h.Value.Value!.Value, 4))), report.Metrics.Headline().Select(h => (h.Name, Math.Round(h.Value.Value!.Value, 4))));
    }

    [Fact]
    public void The_run_record_says_what_was_done()
    {
        _plant.Train(_plant.Spec(Failure));
        var record = RunRecord.Read(_plant.In("run/run.json"));
        Assert.Equal((RunStatus.Finished, JobPhase.Done, 1UL), (record.Status, record.Phase, record.Seed));
        Assert.Equal(["reading", "preparing", "training", "evaluating", "packaging"], record.Seconds.Keys);
        Assert.Equal(record.Members[0].Curve.MinBy(e => e.ValidationLoss)!.Epoch, record.Members[0].BestEpoch);
        Assert.Equal(64, record.DataHash!.Length);
        Assert.NotNull(record.Metrics!["test"]!["f1"]!["value"]);
        Assert.Contains("hidden1", record.Network);
    }

    [Fact]
    public void A_number_is_predicted_in_its_unit()
    {
        var spec = _plant.Spec(Failure.Replace("Failed, ignore: [Batch, Yield]", "Yield, ignore: [Batch, Failed]").Replace("press-failure", "press-yield"));
        var outcome = _plant.Train(spec);
        Assert.Equal(LearningTask.Regression, outcome.Task);
        Assert.InRange(outcome.Test!.Regression!.Rmse.Value!.Value, 0.15, 0.5);   // the noise put in is 0.2 %, the yields spread over 3 %
        Assert.Equal("%", PackageFile.Read(outcome.PackagePath).Card.Unit);
    }

    [Fact]
    public void Three_classes_are_told_apart_and_no_threshold_is_chosen()
    {
        var outcome = _plant.Train(_plant.Spec(Failure.Replace("Failed, ignore: [Batch, Yield]", "Grade, ignore: [Batch]")));
        Assert.Equal("macro", outcome.Test!.Classification!.Averaging);
        Assert.Null(outcome.Record.Decision);
        Assert.Equal(3, Plan.Compile(PackageFile.Read(outcome.PackagePath).Model).Outputs[0].Sizes![^1]);
    }

    [Fact]
    public void Remaining_life_is_learned_from_whole_histories_and_judged_once_per_unit_at_its_last_row()
    {
        var outcome = _plant.Train(_plant.Spec(Life));
        var life = outcome.Test!.Regression!.RemainingLife!;
        Assert.Equal(8, life.Units);
        Assert.Null(life.Cap);
        Assert.Equal(40, outcome.Test.CappedLife!.Cap);
        Assert.InRange(outcome.Test.CappedLife.Rmse.Value!.Value, 0, 7);
        Assert.True(life.Rmse.Value >= outcome.Test.CappedLife.Rmse.Value);
    }

    [Fact]
    public void Members_of_an_ensemble_are_served_as_one_graph_that_answers_with_their_mean()
    {
        var outcome = _plant.Train(_plant.Spec(Failure.Replace("layers: [16]", "layers: [16], ensemble: 3")));
        Assert.Equal(3, outcome.Record.Members.Count);
        Assert.NotEqual(outcome.Record.Members[0].Curve[0].Loss, outcome.Record.Members[1].Curve[0].Loss);
        var package = PackageFile.Read(outcome.PackagePath);
        Assert.Contains("member3.output.bias", package.Model.Graph.Initializer.Select(i => i.Name));
    }

    [Theory, InlineData(Failure), InlineData(Life)]
    public void A_run_stopped_at_several_epochs_ends_with_the_model_of_one_that_never_stopped(string yaml)
    {
        var spec = _plant.Spec(yaml.Replace("epochs: 30", "epochs: 9").Replace("layers: [16]", "layers: [16], ensemble: 2"));
        var whole = _plant.Train(spec, "whole");
        TrainOutcome? resumed = null;
        foreach (int epoch in new[] { 2, 5, 8, int.MaxValue })
        {
            using var stop = new CancellationTokenSource();
            var told = new Stopper(epoch, stop);
            try
            {
                resumed = _plant.Train(spec, "cut", told, stop.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Equal(RunStatus.Cancelled, RunRecord.Read(_plant.In("cut/run.json")).Status);
            }
        }

        Assert.Equal(Weights(whole), Weights(resumed!));
        Assert.Equal(whole.Record.Metrics!.ToJsonString(), resumed!.Record.Metrics!.ToJsonString());

        static string Weights(TrainOutcome outcome) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
            [.. PackageFile.Read(outcome.PackagePath).Model.Graph.Initializer.SelectMany(i => i.RawData.ToByteArray())]));
    }

    [Fact]
    public void A_folder_with_a_run_of_another_spec_or_other_data_is_refused()
    {
        _plant.Train(_plant.Spec(Failure.Replace("epochs: 30", "epochs: 1")));
        var refused = Assert.Throws<InputException>(() => _plant.Train(_plant.Spec(Failure.Replace("epochs: 30", "epochs: 2"))));
        Assert.Contains("another spec", refused.Message);
        File.AppendAllText(_plant.In("press.csv"), "600,A,100,60,0,95\n");
        refused = Assert.Throws<InputException>(() => _plant.Train(_plant.Spec(Failure.Replace("epochs: 30", "epochs: 1"))));
        Assert.Contains("other data", refused.Message);
        Assert.Equal(RunStatus.Failed, RunRecord.Read(_plant.In("run/run.json")).Status);
    }

    [Fact]
    public void Columns_that_are_not_there_are_reported_together_with_the_nearest_name()
    {
        var wrong = Assert.Throws<InputException>(() => _plant.Train(_plant.Spec(Failure.Replace("Failed, ignore: [Batch, Yield]", "Faild, ignore: [Bacth]"))));
        Assert.Equal(["Did you mean 'Failed'?", "Did you mean 'Batch'?"], wrong.Problems.Select(p => p.WayOut));
    }

    [SharedDataFact("data/ai4i2020/ai4i2020.csv.gz")]
    public void Ten_epochs_on_AI4I_tell_failures_from_good_rows()
    {
        string file = SharedData.PathOf("data/ai4i2020/ai4i2020.csv.gz");
        var outcome = _plant.Train(_plant.Spec($$"""
            name: milling-failure
            data: { file: {{file}}, target: Machine failure, ignore: [UDI, Product ID, TWF, HDF, PWF, OSF, RNF] }
            model: { layers: [32] }
            train: { epochs: 10, batch: 64, rate: 0.005 }
            """));
        Assert.Equal(2000, outcome.Test!.Classification!.Rows);
        Assert.InRange(outcome.Test.Classification.RocAuc.Value!.Value, 0.93, 1);
    }

    /// <summary>Asks to stop as soon as an epoch begins.</summary>
    sealed class Stopper(int epoch, CancellationTokenSource stop) : IProgress<JobProgress>
    {
        public void Report(JobProgress value)
        {
            if (value.Training is { } training && (((value.Member - 1) * 9) + training.Epoch) >= epoch) stop.Cancel();
        }
    }
}
