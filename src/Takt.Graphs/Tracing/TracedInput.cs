using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>An input of a network that is to be traced.</summary>
/// <param name="Name">What the graph calls it.</param>
/// <param name="Sample">Any value of the right type and shape, with at least one element along every axis; numbers, Int64 tokens or a Bool mask.</param>
public sealed record TracedInput(string Name, Tensor Sample)
{
    /// <summary>Axes whose size stays open, by number, and what the sizes are called; equal names mean equal sizes. Default: the outermost, the batch.</summary>
    public IReadOnlyDictionary<int, string> Open { get; init; } = new Dictionary<int, string> { [0] = BatchName };

    /// <summary>What an open outermost axis is called unless told otherwise.</summary>
    public const string BatchName = "batch";

    /// <summary>An input whose outermost axes stay open under these names: <c>["batch", "steps"]</c>.</summary>
    public static TracedInput Of(string name, Tensor sample, params IReadOnlyList<string> open) =>
        new(name, sample) { Open = open.Select((symbol, axis) => (symbol, axis)).ToDictionary(o => o.axis, o => o.symbol) };
}
