using Takt.Learning.Layers;

namespace Takt.Learning.Optimizers;

/// <summary>How weights are pulled toward zero, and which.</summary>
/// <param name="Share">Share of each weight taken off: added to its gradient, or, where the optimiser decouples the two, taken off directly, times the rate. Default 0.</param>
/// <param name="MatricesOnly">Whether biases and the scales and shifts of norms are left alone, as transformers are usually trained. Default no: all weights.</param>
public readonly record struct WeightDecay(float Share, bool MatricesOnly = false)
{
    /// <summary>The share for one parameter.</summary>
    public float Of(Parameter parameter) => MatricesOnly && parameter.Value.Shape.Rank < 2 ? 0 : Share;

    /// <summary>All weights alike.</summary>
    public static implicit operator WeightDecay(float share) => new(share);
}
