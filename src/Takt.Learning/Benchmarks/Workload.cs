namespace Takt.Learning.Benchmarks;

/// <summary>Something whose speed is measured, defined alike for Takt and its peers.</summary>
/// <param name="name">How both sides call it.</param>
abstract class Workload(string name)
{
    public string Name => name;

    /// <summary>Samples of a training step; 0 = it is not trained.</summary>
    public abstract int TrainingBatch { get; }

    /// <summary>Batches of the calls that are measured; empty = no calls.</summary>
    /// <param name="models">Folder of stored graphs, or null.</param>
    public abstract IReadOnlyList<int> InferenceBatches(string? models);

    /// <summary>Prepares training on random samples; every call of the result is one step.</summary>
    public abstract Action Training();

    /// <summary>Prepares a compiled plan and a random input; every call of the result answers it.</summary>
    /// <param name="batch">Samples of the input.</param>
    /// <param name="models">Folder of stored graphs; where it has none for this workload, or is null, its own network is traced.</param>
    public abstract Action Inference(int batch, string? models);
}
