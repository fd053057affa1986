using Takt.Tensors;

namespace Takt.Learning.Benchmarks;

/// <summary>A network that only answers, and is only there as a stored graph.</summary>
/// <param name="name">How both sides call it.</param>
/// <param name="features">Shape of a sample.</param>
sealed class StoredWorkload(string name, Shape features) : Workload(name)
{
    public override int TrainingBatch => 0;

    public override IReadOnlyList<int> InferenceBatches(string? models) => StoredGraph.IsIn(models, Name) ? [1] : [];

    public override Action Training() => throw new InvalidOperationException($"{Name} only answers.");

    public override Action Inference(int batch, string? models)
    {
        var random = new Generator(1);
        float[] inputs = new float[batch * features.Length];
        foreach (ref float value in inputs.AsSpan()) value = random.NextSingle();
        return StoredGraph.Read(models!, Name).Call(inputs, [batch, .. features.Sizes]);
    }
}
