using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>What things are called in the traced graph.</summary>
public sealed record TraceNames
{
    /// <summary>The graph.</summary>
    public string Graph { get; init; } = "network";

    /// <summary>The input of a network that has one.</summary>
    public string Input { get; init; } = "input";

    /// <summary>The output of a network that has one.</summary>
    public string Output { get; init; } = "output";

    /// <summary>The outputs of a network that has several, in order; <see cref="Output"/> alone unless given.</summary>
    public IReadOnlyList<string>? Outputs { get; init; }

    /// <summary>The parameters, by name; the graph keeps these names for its weights.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; init; } = [];
}
