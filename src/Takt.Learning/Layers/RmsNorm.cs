using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Root-mean-square norm over the innermost axis (Zhang and Sennrich 2019, arXiv:1910.07467): mean square 1, then scaled. Scale 1 to begin with.</summary>
/// <param name="width">Innermost size of a batch.</param>
/// <param name="epsilon">Added to the mean square.</param>
public sealed class RmsNorm(int width, float epsilon = 1e-5f) : Layer
{
    /// <summary>Scale, shape [width].</summary>
    public Tensor Weight { get; } = Initial.Constant(width, 1);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => Initial.Named(Weight, null);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.RmsNorm(Weight, epsilon);
}
