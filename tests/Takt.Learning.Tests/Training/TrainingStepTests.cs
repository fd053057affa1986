using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Tensors;
using Takt.Tensors.Threading;

namespace Takt.Learning.Tests.Training;

/// <summary>Alone and on one thread: what a step allocates can be told only while nobody else draws from the pool of memory.</summary>
[CollectionDefinition(nameof(TrainingStepTests), DisableParallelization = true), Collection(nameof(TrainingStepTests))]
public sealed class TrainingStepTests : IDisposable
{
    readonly int _threads = Workers.Count;

    public TrainingStepTests() => Workers.Count = 1;

    public void Dispose() => Workers.Count = _threads;

    public static TheoryData<string, Func<Generator, Layer>, int[], Objective> Networks => new()
    {
        {
            "dense", random => Chain(new Linear(9, 16, random), new ActivationLayer(Activation.Gelu), new Dropout(0.2f), new Linear(16, 1, random)), [9], new TwoClasses([1, 3])
        },
        {
            "convolutional", random => Chain(
                new Conv2d(2, 6, 3, random, padding: 1), new BatchNorm(6), new ActivationLayer(Activation.Relu), new MaxPool2d(2), new ResidualBlock(6, 8, random, stride: 2),
                new AveragePool2d(2), new GlobalAveragePool(), new Flatten(), new BatchNorm(8), new Linear(8, 3, random)), [2, 12, 12], new ManyClasses(3)
        },
        {
            "recurrent", random => Chain(
                new Lstm(3, 5, random), new Bidirectional(new Gru(5, 4, random), new Gru(5, 4, random)), new LastStep(), new Linear(8, 1, random)), [6, 3], new Number(LossKind.Huber)
        },
        {
            "encoder", random => Chain(
                new Embedding(7, 8, random), new TransformerEncoderLayer(8, 2, 16, random, dropout: 0.1f), new TransformerEncoderLayer(8, 2, 16, random, Activation.Silu, normFirst: false, causal: true),
                new MeanStep(), new Linear(8, 3, random)), [5], new ManyClasses(3, [1, 2, 3])
        },
    };

    [Theory, MemberData(nameof(Networks))]
    public void A_steady_step_allocates_nothing(string name, Func<Generator, Layer> build, int[] shape, Objective objective)
    {
        Assert.NotEmpty(name);
        var random = new Generator(1);
        var network = build(random);
        var parameters = network.Parameters();
        var average = new WeightAverage(parameters, 0.9);
        var step = new TrainingStep(network, objective, parameters, new Adam(parameters, weightDecay: 0.01f, decoupled: true));
        Batch[] batches = [Draw(32), Draw(7)];   // the last of an epoch is smaller
        for (int i = 0; i < 3; i++) Take();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Take();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Take()
        {
            foreach (var batch in batches)
            {
                step.Take(batch, rate: 1e-3f, clip: 1, random);
                average.Add(step: 10);
            }
        }

        Batch Draw(int count)
        {
            var batch = new Batch(count, shape, objective);
            float[] features = new float[batch.Inputs.Length], targets = new float[count];
            foreach (ref float value in features.AsSpan()) value = random.NextInt(7);
            foreach (ref float value in targets.AsSpan()) value = random.NextInt(objective.Outputs + 1) % Math.Max(2, objective.Outputs);
            batch.Fill(new Samples(features, shape, targets), [.. Enumerable.Range(0, count)]);
            return batch;
        }
    }

    [Fact]
    public void Between_two_epochs_the_trainer_allocates_the_order_of_the_samples_and_little_else()
    {
        var samples = Toy.Wave(650, 1);
        var network = Toy.Network(samples, new() { Layers = [64, 32] });
        long epoch10 = 0, epoch20 = 0;
        Toy.Trainer(network, new Number(LossKind.Auto), samples, null, new() { Epochs = 20, Batch = 16, Clip = 1, Ema = 0.9 }).Run(epochEnded: curve =>
        {
            if (curve.Count == 10) epoch10 = GC.GetAllocatedBytesForCurrentThread();
            if (curve.Count == 20) epoch20 = GC.GetAllocatedBytesForCurrentThread();
        });
        Assert.InRange((epoch20 - epoch10) / 10, 650 * sizeof(int), (650 * sizeof(int)) + 1000);   // an epoch has 41 steps
    }

    static Sequential Chain(params Layer[] layers) => new([.. layers.Select((layer, i) => new NamedLayer($"layer{i + 1}", layer))]);
}
