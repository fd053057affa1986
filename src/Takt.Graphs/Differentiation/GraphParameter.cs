using Takt.Tensors;

namespace Takt.Graphs.Differentiation;

/// <summary>A weight of a graph: an initialiser of numbers that gradients can reach.</summary>
/// <param name="Name">The initialiser's name in the file.</param>
/// <param name="Value">The numbers, float32 whatever the file holds; set <see cref="Tensor.RequiresGradient"/> to train it.</param>
/// <param name="Layer">Which layer reads it first, counted from the input on, from 0.</param>
/// <param name="IsStatistic">Whether it is a mean or variance that a batch norm measured: saved and served, but never trained.</param>
public sealed record GraphParameter(string Name, Tensor Value, int Layer, bool IsStatistic);
