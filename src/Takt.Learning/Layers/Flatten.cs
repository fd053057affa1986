using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>A window as one long row: [batch, steps, features] → [batch, steps·features].</summary>
public sealed class Flatten : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.Shape.Rank <= 2 ? x : x.Reshape(x.Shape[0], -1);
}
