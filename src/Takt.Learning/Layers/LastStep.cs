using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>What stands at the last step of a window: [batch, steps, features] → [batch, features].</summary>
public sealed class LastStep : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.LastStep();
}
