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
        for (int i = 0; i < layers.Count; i++) x = layers[i].Layer.Forward(x, mode);   // no enumerator: a step allocates nothing
        return x;
    }
}
