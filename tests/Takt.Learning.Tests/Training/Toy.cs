using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Specs;
using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Tests.Training;

/// <summary>Small things to learn, and a training on them.</summary>
static class Toy
{
    public static Samples Xor() => new([0, 0, 0, 1, 1, 0, 1, 1], [2], [0, 1, 1, 0]);

    /// <summary>A wave over one input.</summary>
    public static Samples Wave(int count, ulong seed)
    {
        var random = new Generator(seed);
        float[] x = [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 6) - 3)];
        return new(x, [1], [.. x.Select(v => MathF.Sin(v))]);
    }

    /// <summary>Two clouds that overlap; one in twenty samples is of class 1.</summary>
    public static Samples Rare(int count, ulong seed)
    {
        var random = new Generator(seed);
        float[] targets = [.. Enumerable.Range(0, count).Select(i => i % 20 == 0 ? 1f : 0)];
        return new([.. targets.SelectMany(t => new[] { (float)random.NextNormal() + (1.5f * t), (float)random.NextNormal() + t })], [2], targets);
    }

    /// <summary>Windows of six steps; the target is the second step's value: it has to be remembered over the others.</summary>
    public static Samples Memory(int count, ulong seed)
    {
        var random = new Generator(seed);
        float[] x = [.. Enumerable.Range(0, count * 6 * 2).Select(_ => (float)random.NextNormal())];
        return new(x, [6, 2], [.. Enumerable.Range(0, count).Select(i => x[(i * 12) + 2])]);
    }

    public static Layer Network(Samples samples, ModelSpec model, int outputs = 1, ulong seed = 1) =>
        Takt.Learning.Families.Network.Build(model, samples.Shape, outputs, new Generator(seed));

    public static Trainer Trainer(Layer network, Objective objective, Samples training, Samples? validation, TrainingSpec spec) =>
        new(network, objective, training, validation, spec, new WatchedMetric(spec.Monitor), new Generator(spec.Seed), TimeProvider.System);
}
