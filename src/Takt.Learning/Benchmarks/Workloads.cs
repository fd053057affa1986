using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Benchmarks;

/// <summary>The workloads that Takt and its peers run: same networks, same sizes, same losses.</summary>
static class Workloads
{
    public static IReadOnlyList<Workload> All { get; } =
    [
        new NetworkWorkload("mlp", [14], 256, new TwoClasses(),
            random => Chain(new Linear(14, 128, random), Relu(), new Linear(128, 64, random), Relu(), new Linear(64, 1, random)),
            Normal, random => random.NextSingle() < 0.3f ? 1 : 0),
        new NetworkWorkload("lstm", [30, 14], 128, new Number(LossKind.Squared),
            random => Chain(new Lstm(14, 64, random), new Lstm(64, 64, random), new LastStep(), new Linear(64, 1, random)),
            Normal, random => 125 * random.NextSingle()),
        new NetworkWorkload("mnist-dense", [1, 28, 28], 32, new ManyClasses(10),
            random => Chain(new Flatten(), new Linear(784, 128, random), Relu(), new Dropout(0.2f), new Linear(128, 10, random)),
            Uniform, random => random.NextInt(10)),
        new NetworkWorkload("mnist-cnn", [1, 28, 28], 32, new ManyClasses(10),
            random => Chain(new Conv2d(1, 32, 3, random), Relu(), new MaxPool2d(2), new Flatten(), new Linear(32 * 13 * 13, 10, random)),
            Uniform, random => random.NextInt(10)),
        new NetworkWorkload("surface-cnn", [1, 64, 64], 32, new ManyClasses(6),
            random => Chain(
                new Conv2d(1, 16, 3, random, padding: 1), new BatchNorm(16), Relu(), new MaxPool2d(2),
                new Conv2d(16, 32, 3, random, padding: 1), new BatchNorm(32), Relu(), new MaxPool2d(2),
                new Conv2d(32, 64, 3, random, padding: 1), new BatchNorm(64), Relu(), new GlobalAveragePool(), new Flatten(), new Linear(64, 6, random)),
            Uniform, random => random.NextInt(6)),
        new NetworkWorkload("text-lstm", [100], 32, new TwoClasses(),
            random => Chain(new Embedding(1000, 32, random), new Lstm(32, 32, random), new LastStep(), new Linear(32, 1, random)),
            random => random.NextInt(1000), random => random.NextInt(2)),
        new NetworkWorkload("encoder", [64], 32, new ManyClasses(10),
            random => Chain(
                new Embedding(2000, 128, random), new TransformerEncoderLayer(128, 4, 512, random), new TransformerEncoderLayer(128, 4, 512, random),
                new MeanStep(), new Linear(128, 10, random)),
            random => random.NextInt(2000), random => random.NextInt(10)),
        new AdversarialWorkload("gan", 64, 100,
            random => Chain(new Linear(100, 256, random), Relu(), new Linear(256, 512, random), Relu(), new Linear(512, 100, random), new ActivationLayer(Activation.Tanh)),
            random => Chain(new Linear(100, 256, random), Relu(), new Linear(256, 512, random), Relu(), new Linear(512, 1, random))),
        new StoredWorkload("resnet18", [3, 224, 224]),
    ];

    static Sequential Chain(params Layer[] layers) => new([.. layers.Select((layer, i) => new NamedLayer($"layer{i + 1}", layer))]);

    static ActivationLayer Relu() => new(Activation.Relu);

    static float Normal(Generator random) => (float)random.NextNormal();

    static float Uniform(Generator random) => random.NextSingle();
}
