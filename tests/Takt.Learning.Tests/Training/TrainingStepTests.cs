using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Protocols.Problems;
using Takt.Tensors;
using Takt.Tensors.Threading;

namespace Takt.Learning.Tests.Training;

/// <summary>Alone, and mostly on one thread: what a step allocates can be told only while nobody else draws from the pool of memory.</summary>
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
        var step = new TrainingStep(network, objective, parameters, new Adam(parameters, 0.01f, decoupled: true), clip: 1, clipValue: 0.5);
        Batch[] batches = [Draw(32), Draw(7)];   // the last of an epoch is smaller
        for (int i = 0; i < 3; i++) Take();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++) Take();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Take()
        {
            foreach (var batch in batches)
            {
                step.Take(batch, rate: 1e-3f, random);
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
    public void Steps_of_two_threads_come_to_allocate_nothing_on_either()
    {
        Workers.Count = 2;
        var random = new Generator(1);
        var objective = new ManyClasses(3);
        var network = Chain(new Embedding(7, 64, random), new TransformerEncoderLayer(64, 4, 128, random, dropout: 0.1f), new MeanStep(), new Linear(64, 3, random));   // large enough to be shared
        var step = new TrainingStep(network, objective, network.Parameters(), new Adam(network.Parameters()));
        var batch = new Batch(32, [20], objective);
        float[] tokens = [.. Enumerable.Range(0, batch.Inputs.Length).Select(i => (float)(i * i % 7))], classes = [.. Enumerable.Range(0, 32).Select(i => (float)(i % 3))];
        batch.Fill(new Samples(tokens, [20], classes), [.. Enumerable.Range(0, 32)]);

        // How many blocks of memory are out at once depends on how the threads meet, so that the pool fills in its own time. Then ten steps in a row allocate nothing, on any thread.
        long allocated = -1;
        for (int tenth = 0; tenth < 60 && allocated != 0; tenth++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 10; i++) step.Take(batch, rate: 1e-3f, random);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        Assert.Equal(0, allocated);
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

    [Fact]
    public void A_step_that_goes_astray_names_step_layer_and_tensor_and_leaves_everything_as_it_was()
    {
        var random = new Generator(1);
        var network = Chain(new Linear(2, 4, random), new BatchNorm(4), new ActivationLayer(Activation.Gelu), new Linear(4, 1, random));
        var (step, batch) = Prepare(network, new Number(LossKind.Squared), [2]);
        step.Take(batch, rate: 0.1f, random);
        var bias = ((Linear)network.Children[0].Layer).Bias.Values;
        bias.Fill(3e38f);   // finite, but not the sum over the batch
        float[] before = Weights.Save(network.Parameters());
        var astray = Assert.Throws<TrainingDivergedException>(() => step.Take(batch, rate: 0.1f, random, epoch: 5));
        Assert.Equal((5, 2L), (astray.Epoch, astray.Step));
        Assert.Contains("BatchNormalization with 'layer2.weight', 'layer2.bias'", astray.Message);
        Assert.Equal(before, Weights.Save(network.Parameters()));   // running statistics included

        bias.Clear();
        Assert.True(double.IsFinite(step.Take(batch, rate: 0.1f, random)!.Value.Loss));
    }

    [Fact]
    public void A_function_without_weights_that_goes_astray_is_named_with_the_layer_before_it()
    {
        var network = Chain(new Linear(2, 4, new Generator(1)), new Exponential(), new Linear(4, 1, new Generator(2)));
        var (step, batch) = Prepare(network, new Number(LossKind.Squared), [2]);
        ((Linear)network.Children[0].Layer).Bias.Values.Fill(100);
        Assert.Equal("the output of Exp behind Gemm with 'layer1.weight', 'layer1.bias'", Assert.Throws<TrainingDivergedException>(() => step.Take(batch, 0.1f, new Generator(3))).Where);
    }

    [Fact]
    public void An_index_out_of_range_or_shapes_that_do_not_fit_name_both_sides_and_harm_nothing()
    {
        var random = new Generator(1);
        var network = Chain(new Embedding(7, 4, random), new MeanStep(), new Linear(4, 3, random));
        var (step, batch) = Prepare(network, new ManyClasses(3), [5]);
        step.Take(batch, 0.1f, random);
        float[] before = Weights.Save(network.Parameters());
        batch.Inputs.Values[8] = 7;
        Assert.Contains("index 7 into axis 0 of [7, 4]; expected -7 to 6", Assert.Throws<ShapeException>(() => step.Take(batch, 0.1f, random)).Message);
        batch.Inputs.Values[8] = 6;
        batch.Fill(new Samples(batch.Inputs.Values.ToArray(), [5], [3, 0, 1, 2]), [0, 1, 2, 3]);
        Assert.Contains("row 0 is of class 3, but the logits [4, 3] have 3 classes", Assert.Throws<ShapeException>(() => step.Take(batch, 0.1f, random)).Message);
        Assert.Contains("[0, 3]", Assert.Throws<ShapeException>(() => new TrainingStep(network, new ManyClasses(3), network.Parameters(), new Adam(network.Parameters())).Take(new Batch(0, [5], new ManyClasses(3)), 0.1f, random)).Message);
        Assert.Equal(before, Weights.Save(network.Parameters()));
        batch.Fill(new Samples(batch.Inputs.Values.ToArray(), [5], [2, 0, 1, 2]), [0, 1, 2, 3]);
        step.Take(batch, 0.1f, random);
        Assert.NotEqual(before, Weights.Save(network.Parameters()));
    }

    [Fact]
    public void A_target_or_a_token_that_is_no_whole_number_is_refused_with_its_place()
    {
        var random = new Generator(1);
        var network = Chain(new Embedding(7, 4, random), new MeanStep(), new Linear(4, 3, random));
        var (step, batch) = Prepare(network, new ManyClasses(3), [5]);
        float[] features = batch.Inputs.Values.ToArray();
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, 0.5f })
        {
            Assert.Contains($"the target of sample 2 is {bad}", Assert.Throws<InputException>(() => batch.Fill(new Samples(features, [5], [1, 0, bad, 2]), [0, 2, 1, 3])).Message);
            Assert.Throws<InputException>(() => new Batch(4, [5], new TwoClasses()).Fill(new Samples(features, [5], [1, 0, bad, 1]), [0, 1, 2, 3]));
            batch.Fill(new Samples(features, [5], [1, 0, 1, 2]), [0, 1, 2, 3]);
            batch.Inputs.Values[8] = bad;
            Assert.Contains($"token 8 of [4, 5] is {bad}; expected a whole number from 0 to 6", Assert.Throws<InputException>(() => step.Take(batch, 0.1f, random)).Message);
        }
    }

    static (TrainingStep, Batch) Prepare(Layer network, Objective objective, Shape shape)
    {
        var batch = new Batch(4, shape, objective);
        batch.Fill(new Samples([.. Enumerable.Range(0, 4 * shape.Length).Select(i => (float)(i % 5))], shape, [1, 0, 1, 1]), [0, 1, 2, 3]);
        return (new TrainingStep(network, objective, network.Parameters(), new Adam(network.Parameters())), batch);
    }

    sealed class Exponential : Layer
    {
        public override Tensor Forward(Tensor x, Mode mode) => x.Exp();
    }

    static Sequential Chain(params Layer[] layers) => new([.. layers.Select((layer, i) => new NamedLayer($"layer{i + 1}", layer))]);
}
