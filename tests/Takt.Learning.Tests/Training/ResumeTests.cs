using Takt.Learning.Checkpoints;
using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Protocols.Problems;

namespace Takt.Learning.Tests.Training;

public sealed class ResumeTests : IDisposable
{
    static readonly TrainingIdentity Identity = new("spec-1", "data-1", 1, "");
    readonly string _folder = Directory.CreateTempSubdirectory("takt-resume").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<OptimizerKind, ScheduleKind, double> Kinds => new()
    {
        { OptimizerKind.Adam, ScheduleKind.Constant, 0 },
        { OptimizerKind.AdamW, ScheduleKind.OneCycle, 0.9 },
        { OptimizerKind.Sgd, ScheduleKind.Plateau, 0 },
    };

    [Theory, MemberData(nameof(Kinds))]
    public void A_training_stopped_again_and_again_ends_with_the_bits_of_one_that_never_stopped(OptimizerKind optimizer, ScheduleKind schedule, double ema)
    {
        var spec = new TrainingSpec
        {
            Epochs = 12, Batch = 16, Rate = 0.01, Optimizer = optimizer, Schedule = new() { Kind = schedule }, Ema = ema, Patience = 4, WeightDecay = 0.01, Clip = 1,
        };
        var (whole, expected) = Run(spec, null, stopAfter: null);
        Layer resumed;
        TrainingResult? result;
        int stops = 0;
        do (resumed, result) = Run(spec, File(), stopAfter: stops++ % 2 == 0 ? 7 : 20);   // in the middle of epochs, of 8 batches each
        while (result is null);

        Assert.True(stops > 3);
        Assert.Equal(Weights.Save(whole.Parameters()), Weights.Save(resumed.Parameters()));
        Assert.Equal(expected!.Curve.Select(e => e with { Seconds = 0 }), result.Curve.Select(e => e with { Seconds = 0 }));
        Assert.Equal(expected.BestEpoch, result.BestEpoch);
    }

    [Fact]
    public void A_finished_training_is_read_back_without_another_step()
    {
        var spec = new TrainingSpec { Epochs = 3, Batch = 16 };
        var (first, _) = Run(spec, File(), null);
        var (second, result) = Run(spec, File(), stopAfter: 0);
        Assert.Equal(3, result!.Curve.Count);
        Assert.Equal(Weights.Save(first.Parameters()), Weights.Save(second.Parameters()));
    }

    [Theory]
    [InlineData("spec-2", "data-1", "another spec"), InlineData("spec-1", "data-2", "other data")]
    public void A_checkpoint_of_another_spec_or_other_data_is_refused(string spec, string data, string sentence)
    {
        Run(new() { Epochs = 1 }, File(), null);
        var refused = Assert.Throws<InputException>(() => Run(new() { Epochs = 1 }, File(), null, Identity with { SpecHash = spec, DataHash = data }));
        Assert.Contains(sentence, Assert.Single(refused.Problems).Found);
    }

    [Fact]
    public void A_damaged_checkpoint_is_refused_and_says_what_to_do()
    {
        Run(new() { Epochs = 1 }, File(), null);
        byte[] bytes = System.IO.File.ReadAllBytes(File().Path);
        bytes[bytes.Length / 2] ^= 1;
        System.IO.File.WriteAllBytes(File().Path, bytes);
        var refused = Assert.Throws<InputException>(() => Run(new() { Epochs = 1 }, File(), null));
        Assert.Contains("damaged", refused.Message);
        Assert.Contains("Delete it", refused.Message);
    }

    CheckpointFile File() => new(Path.Combine(_folder, "training.checkpoint"));

    /// <summary>Trains an LSTM with dropout; gives null for the result if it was stopped after so many batches.</summary>
    static (Layer, TrainingResult?) Run(TrainingSpec spec, CheckpointFile? file, int? stopAfter, TrainingIdentity? identity = null)
    {
        var (training, validation) = (Toy.Memory(120, 1), Toy.Memory(40, 2));
        var network = Toy.Network(training, new() { Family = ModelFamily.Lstm, Hidden = [6, 5], Layers = [4], Dropout = 0.2 });
        using var stop = new CancellationTokenSource();
        int batches = 0;
        var objective = new Counting(() =>
        {
            if (++batches == stopAfter) stop.Cancel();
        });
        if (stopAfter == 0) stop.Cancel();
        try
        {
            return (network, Toy.Trainer(network, objective, training, validation, spec).Run(file, identity ?? Identity, stop: stop.Token));
        }
        catch (OperationCanceledException)
        {
            return (network, null);
        }
    }

    /// <summary>Squared error that tells of each batch it sees.</summary>
    sealed class Counting(Action batch) : Objective
    {
        readonly Number _number = new(LossKind.Squared);

        public override int Outputs => 1;

        public override Takt.Tensors.Tensor Loss(Takt.Tensors.Tensor outputs, Batch b)
        {
            batch();
            return _number.Loss(outputs, b);
        }

        public override Takt.Tensors.Tensor Answer(Takt.Tensors.Tensor outputs) => outputs;
    }
}
