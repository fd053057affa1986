namespace Takt.Graphs.Packages;

/// <summary>Where the time of a prediction went. What is left of the whole is what comes after the graph: deciding and putting the answer together.</summary>
/// <param name="Preparation">Reading rows or tensors, and the pipeline.</param>
/// <param name="Graph">Running the graph.</param>
public readonly record struct PredictionTimes(TimeSpan Preparation, TimeSpan Graph)
{
    /// <summary>Both together.</summary>
    public static PredictionTimes operator +(PredictionTimes one, PredictionTimes other) => new(one.Preparation + other.Preparation, one.Graph + other.Graph);
}
