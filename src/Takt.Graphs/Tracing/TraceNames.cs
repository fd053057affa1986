using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>What things are called in the traced graph.</summary>
public sealed record TraceNames
{
    /// <summary>The graph.</summary>
    public string Graph { get; init; } = "network";

    /// <summary>Its input.</summary>
    public string Input { get; init; } = "input";

    /// <summary>Its output.</summary>
    public string Output { get; init; } = "output";

    /// <summary>The parameters, by name; the graph keeps these names for its weights.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; init; } = [];
}
