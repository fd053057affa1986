using System.Diagnostics;

namespace Takt.Graphs.Packages;

/// <summary>Where the time of a prediction went, for whoever asks. What is left of the whole is the way from the graph's numbers to decisions.</summary>
public sealed class PredictionTimes
{
    /// <summary>Reading rows or tensors and preparing them.</summary>
    public TimeSpan Input { get; private set; }

    /// <summary>Running the graph.</summary>
    public TimeSpan Compute { get; private set; }

    internal void AddInput(long since) => Input += Stopwatch.GetElapsedTime(since);

    internal void AddCompute(long since) => Compute += Stopwatch.GetElapsedTime(since);
}
