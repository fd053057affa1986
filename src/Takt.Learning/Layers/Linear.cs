using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Fully connected layer: y = x·Wᵀ + b.</summary>
/// <remarks>Both start uniform in ±1/√inputs (He et al. 2015, arXiv:1502.01852, with a = √5), as torch.nn.Linear does, so that its networks and ours train alike.</remarks>
/// <param name="inputs">Features of a sample.</param>
/// <param name="outputs">Units.</param>
/// <param name="random">Source of the starting weights; the same seed gives the same layer on every machine.</param>
public sealed class Linear(int inputs, int outputs, Generator random) : Layer
{
    /// <summary>W, shape [outputs, inputs].</summary>
    public Tensor Weight { get; } = Initial.Uniform([outputs, inputs], inputs, random);

    /// <summary>b, shape [outputs].</summary>
    public Tensor Bias { get; } = Initial.Uniform([outputs], inputs, random);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => [new("weight", Weight), new("bias", Bias)];

    /// <summary>y = x·Wᵀ + b.</summary>
    /// <param name="x">Shape [batch, inputs].</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>Shape [batch, outputs].</returns>
    /// <exception cref="ShapeException">The last size of <paramref name="x"/> is not <c>inputs</c>.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => x.Linear(Weight, Bias);
}
