using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Brings the features of every step or sample to mean 0 and variance 1, then scales and shifts each by learnt numbers (Ba et al. 2016, arXiv:1607.06450).</summary>
/// <param name="features">Innermost size.</param>
public sealed class LayerNorm(int features) : Layer
{
    /// <summary>Starts as 1, shape [features].</summary>
    public Tensor Scale { get; } = Start(features, 1);

    /// <summary>Starts as 0, shape [features].</summary>
    public Tensor Shift { get; } = Start(features, 0);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => [new("scale", Scale), new("shift", Shift)];

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.LayerNorm(Scale, Shift);

    static Tensor Start(int features, float value)
    {
        var start = Tensor.Full([features], value);
        start.RequiresGradient = true;
        return start;
    }
}
