using Takt.Graphs.Plans;
using Takt.Graphs.Tracing;
using Takt.Learning.Layers;
using Takt.Learning.Objectives;
using Takt.Learning.Optimizers;
using Takt.Learning.Training;
using Takt.Tensors;

namespace Takt.Learning.Benchmarks;

/// <summary>One network that learns with Adam, as the trainer trains it, and answers through the plan of its traced graph, or of the stored one.</summary>
/// <param name="name">How both sides call it.</param>
/// <param name="features">Shape of a sample.</param>
/// <param name="batch">Samples of a training step.</param>
/// <param name="objective">What it learns.</param>
/// <param name="build">Makes the network.</param>
/// <param name="draw">Draws one number of the input.</param>
/// <param name="target">Draws one target.</param>
sealed class NetworkWorkload(
    string name, Shape features, int batch, Objective objective, Func<Generator, Layer> build, Func<Generator, float> draw, Func<Generator, float> target) : Workload(name)
{
    const float Rate = 1e-3f;
    const ulong Seed = 1;

    public override int TrainingBatch => batch;

    public override IReadOnlyList<int> InferenceBatches(string? models) => [1, 32];

    public override Action Training()
    {
        var random = new Generator(Seed);
        var network = build(random);
        var parameters = network.Parameters();
        var step = new TrainingStep(network, objective, parameters, new Adam(parameters));
        var samples = new Batch(batch, features, objective);
        samples.Fill(new Samples(Inputs(batch, random), features, Draw(batch, target, random)), [.. Enumerable.Range(0, batch)]);
        return () => step.Take(samples, Rate, random);
    }

    public override Action Inference(int batch, string? models)
    {
        var random = new Generator(Seed);
        var network = build(random);
        float[] inputs = Inputs(batch, random), outputs = new float[batch * objective.Outputs];
        int[] sizes = [batch, .. features.Sizes];
        if (StoredGraph.IsIn(models, Name)) return StoredGraph.Read(models!, Name).Call(inputs, sizes);
        var plan = Plan.Compile(Tracer.Trace(x => network.Forward(x, Mode.Evaluation), Tensor.Of(inputs, sizes), new TraceNames()));
        return () => plan.Run(inputs, sizes, outputs);
    }

    float[] Inputs(int count, Generator random) => Draw(count * features.Length, draw, random);

    static float[] Draw(int count, Func<Generator, float> one, Generator random)
    {
        float[] values = new float[count];
        foreach (ref float value in values.AsSpan()) value = one(random);
        return values;
    }
}
