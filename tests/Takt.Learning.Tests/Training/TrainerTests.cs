using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Protocols.Problems;
using Takt.Protocols.Rows;
using Takt.Tensors;

namespace Takt.Learning.Tests.Training;

public class TrainerTests
{
    [Fact]
    public void A_dense_network_learns_exclusive_or()
    {
        var samples = Toy.Xor();
        var network = Toy.Network(samples, new() { Layers = [8], Activation = Activation.Tanh });
        Toy.Trainer(network, new TwoClasses(), samples, null, new() { Epochs = 300, Batch = 4, Rate = 0.05 }).Run();
        Assert.Equal([0, 1, 1, 0], Evaluation.Of(network, new TwoClasses(), samples).Answers.Select(a => MathF.Round(a)));
    }

    [Fact]
    public void Three_classes_are_told_apart()
    {
        var wave = Toy.Wave(300, seed: 2);
        var samples = new Samples(wave.Features, [1], [.. wave.Features.Select(x => x < -1 ? 0f : x < 1 ? 1 : 2)]);
        var network = Toy.Network(samples, new() { Layers = [16] }, outputs: 3);
        Toy.Trainer(network, new ManyClasses(3), samples, null, new() { Epochs = 60, Batch = 32, Rate = 0.02 }).Run();
        float[] answers = Evaluation.Of(network, new ManyClasses(3), samples).Answers;
        int right = samples.Targets.Where((t, i) => answers[(i * 3) + (int)t] > 0.5f).Count();
        Assert.InRange(right, 285, 300);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam, 0.02), InlineData(OptimizerKind.AdamW, 0.02), InlineData(OptimizerKind.Sgd, 0.05), InlineData(OptimizerKind.RmsProp, 0.005)]
    public void A_wave_is_fitted_with_each_optimizer(OptimizerKind optimizer, double rate)
    {
        var (training, validation) = (Toy.Wave(400, 1), Toy.Wave(100, 2));
        var network = Toy.Network(training, new() { Layers = [32], Activation = Activation.Tanh });
        var spec = new TrainingSpec { Epochs = 80, Batch = 32, Rate = rate, Optimizer = optimizer, Schedule = new() { Kind = ScheduleKind.Cosine }, Patience = 0 };
        Toy.Trainer(network, new Number(LossKind.Auto), training, validation, spec).Run();
        Assert.InRange(Evaluation.Of(network, new Number(LossKind.Squared), validation).Loss, 0, 0.003);
    }

    [Fact]
    public void An_LSTM_remembers_what_it_saw_four_steps_ago()
    {
        var (training, validation) = (Toy.Memory(600, 1), Toy.Memory(200, 2));
        var network = Toy.Network(training, new() { Family = ModelFamily.Lstm, Hidden = [12], Layers = [] });
        Toy.Trainer(network, new Number(LossKind.Auto), training, validation, new() { Epochs = 40, Batch = 32, Rate = 0.02, Clip = 1 }).Run();
        Assert.InRange(Evaluation.Of(network, new Number(LossKind.Auto), validation).Loss, 0, 0.1);   // 1 would be guessing the mean
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        Assert.Equal(Train(seed: 3), Train(seed: 3));
        Assert.NotEqual(Train(seed: 3), Train(seed: 4));

        static float[] Train(ulong seed)
        {
            var samples = Toy.Wave(100, 1);
            var network = Toy.Network(samples, new() { Layers = [8], Dropout = 0.2 });
            Toy.Trainer(network, new Number(LossKind.Huber), samples, null, new() { Epochs = 5, Batch = 16, Seed = seed }).Run();
            return Weights.Save(network.Parameters());
        }
    }

    [Fact]
    public void Early_stopping_ends_the_training_and_gives_the_best_weights_back()
    {
        var (training, validation) = (Toy.Wave(20, 1), Toy.Wave(50, 2));
        var noisy = new Samples(training.Features, [1], [.. training.Targets.Select((t, i) => t + (i % 2 == 0 ? 0.5f : -0.5f))]);   // to be overfitted
        var network = Toy.Network(training, new() { Layers = [64, 64] });
        var result = Toy.Trainer(network, new Number(LossKind.Auto), noisy, validation, new() { Epochs = 500, Batch = 20, Rate = 0.01, Patience = 15 }).Run();
        Assert.True(result.StoppedEarly);
        Assert.Equal(result.BestEpoch + 15, result.Curve.Count);
        Assert.Equal(result.Curve.Min(e => e.ValidationLoss), result.Best);
        Assert.Equal(result.Best!.Value, Evaluation.Of(network, new Number(LossKind.Auto), validation).Loss);
    }

    [Fact]
    public void Balanced_class_weights_raise_the_recall_of_a_rare_class()
    {
        Assert.True(Recall([0.5f, 10]) > Recall(null) + 0.2);

        static double Recall(float[]? weights)
        {
            var samples = Toy.Rare(1000, 1);
            var network = Toy.Network(samples, new() { Layers = [8] });
            Toy.Trainer(network, new TwoClasses(weights), samples, null, new() { Epochs = 20, Batch = 64, Rate = 0.01 }).Run();
            float[] answers = Evaluation.Of(network, new TwoClasses(), samples).Answers;
            return samples.Targets.Where((t, i) => t == 1 && answers[i] > 0.5f).Count() / samples.Targets.Sum();
        }
    }

    [Fact]
    public void A_number_that_is_not_finite_stops_the_training_and_is_named()
    {
        var samples = Toy.Wave(64, 1);
        var network = Toy.Network(samples, new() { Layers = [8] });
        var wild = Assert.Throws<TrainingDivergedException>(() =>
            Toy.Trainer(network, new Number(LossKind.Auto), samples, null, new() { Epochs = 50, Batch = 16, Rate = 1e30, Optimizer = OptimizerKind.Sgd }).Run());
        Assert.Equal(1, wild.Epoch);
        Assert.Contains("output", wild.Where);

        samples.Features[5] = float.PositiveInfinity;
        network = Toy.Network(samples, new() { Layers = [8] });
        wild = Assert.Throws<TrainingDivergedException>(() => Toy.Trainer(network, new Number(LossKind.Auto), samples, null, new() { Batch = 16 }).Run());
        Assert.Equal("a feature of the batch", wild.Where);
        samples.Features[5] = 0;
        samples.Targets[7] = float.NaN;
        wild = Assert.Throws<TrainingDivergedException>(() => Toy.Trainer(network, new Number(LossKind.Auto), samples, null, new() { Batch = 16 }).Run());
        Assert.Equal("a target of the batch", wild.Where);
    }

    [Fact]
    public void Batches_that_are_not_finite_can_be_skipped_and_are_counted()
    {
        var samples = Toy.Wave(64, 1);
        samples.Features[5] = float.NaN;
        var network = Toy.Network(samples, new() { Layers = [8] });
        var result = Toy.Trainer(network, new Number(LossKind.Auto), samples, null, new() { Epochs = 3, Batch = 16, OnBadBatch = OnError.Skip }).Run();
        Assert.All(result.Curve, epoch => Assert.Equal(1, epoch.Skipped));
        Assert.All(result.Curve, epoch => Assert.True(double.IsFinite(epoch.Loss)));
        Assert.All(Weights.Save(network.Parameters()), weight => Assert.True(float.IsFinite(weight)));
        Assert.True(result.Curve[2].Loss < result.Curve[0].Loss);
    }

    [Fact]
    public void A_training_that_would_skip_everything_stops()
    {
        var samples = Toy.Wave(64, 1);
        samples.Targets.AsSpan().Fill(float.NaN);
        var stopped = Assert.Throws<TrainingDivergedException>(() =>
            Toy.Trainer(Toy.Network(samples, new() { Layers = [8] }), new Number(LossKind.Auto), samples, null, new() { Batch = 16, OnBadBatch = OnError.Skip }).Run());
        Assert.Contains("every batch of the epoch", stopped.Message);
    }

    [Fact]
    public void Nothing_to_learn_from_is_refused()
    {
        var none = new Samples([], [2], []);
        Assert.Contains("without samples", Assert.Throws<InputException>(() => Toy.Trainer(Toy.Network(none, new()), new TwoClasses(), none, null, new())).Message);
    }

    [Fact]
    public void Progress_names_epoch_batch_loss_and_time_left()
    {
        var seen = new List<TrainingProgress>();
        var samples = Toy.Wave(64, 1);
        Toy.Trainer(Toy.Network(samples, new() { Layers = [4] }), new Number(LossKind.Auto), samples, samples, new() { Epochs = 3, Batch = 16, Patience = 0 })
            .Run(progress: new Recorder(seen));
        Assert.Equal((3, 3, 4, 4, TimeSpan.Zero), (seen[^1].Epoch, seen[^1].Epochs, seen[^1].Batch, seen[^1].Batches, seen[^1].Left));
        Assert.NotNull(seen[^1].Best);
    }

    sealed class Recorder(List<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen.Add(value);
    }
}
