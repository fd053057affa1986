using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Group norm (Wu and He 2018, arXiv:1803.08494): every sample's channels in groups, each brought to mean 0 and variance 1, then each channel scaled and shifted. Scale 1 and shift 0 to begin with.</summary>
/// <param name="groups">How many groups.</param>
/// <param name="channels">Second size of a batch, a multiple of the groups.</param>
/// <param name="epsilon">Added to the variance.</param>
public sealed class GroupNorm(int groups, int channels, float epsilon = 1e-5f) : Layer
{
    /// <summary>Scale, shape [channels].</summary>
    public Tensor Weight { get; } = Initial.Constant(channels, 1);

    /// <summary>Shift, shape [channels].</summary>
    public Tensor Bias { get; } = Initial.Constant(channels, 0);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => Initial.Named(Weight, Bias);

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => x.GroupNorm(groups, Weight, Bias, epsilon);
}
