namespace Takt.Learning.Benchmarks;

/// <summary>Something whose speed is measured, defined alike for Takt and its peers.</summary>
/// <param name="name">How both sides call it.</param>
abstract class Workload(string name)
{
    public string Name => name;

    /// <summary>Samples of a training step; 0 = it is not trained.</summary>
    public abstract int TrainingBatch { get; }

    /// <summary>Batches of the calls that are measured; empty = no calls.</summary>
    public abstract IReadOnlyList<int> InferenceBatches { get; }

    /// <summary>Prepares training on random samples; every call of the result is one step.</summary>
    public abstract Action Training();

    /// <summary>Prepares a compiled plan and a random input; every call of the result answers it.</summary>
    /// <param name="batch">Samples of the input.</param>
    public abstract Action Inference(int batch);
}
