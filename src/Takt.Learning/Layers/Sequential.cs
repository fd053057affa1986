using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Layers one behind the other.</summary>
/// <param name="layers">From the input on.</param>
public sealed class Sequential(IReadOnlyList<NamedLayer> layers) : Layer
{
    /// <inheritdoc/>
    public override IReadOnlyList<NamedLayer> Children => layers;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode)
    {
        foreach (var (_, layer) in layers) x = layer.Forward(x, mode);
        return x;
    }
}
