using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>The mean over the steps of a window: [batch, steps, features] → [batch, features].</summary>
public sealed class MeanStep : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.Mean([1]);
}
