namespace Takt.Serving.Calls;

/// <summary>How long each phase of a call took. A call that was answered in a batch says what the whole batch took: it waited for all of it.</summary>
/// <param name="Load">Finding the version and, the first time, loading it.</param>
/// <param name="Queue">Waiting for its turn.</param>
/// <param name="Input">From rows or tensors to what the graph takes: the pipeline.</param>
/// <param name="Compute">The graph.</param>
/// <param name="Output">From what the graph gives to the answer.</param>
public readonly record struct CallTimes(TimeSpan Load, TimeSpan Queue, TimeSpan Input, TimeSpan Compute, TimeSpan Output)
{
    /// <summary>All of it.</summary>
    public TimeSpan Total => Load + Queue + Input + Compute + Output;
}
