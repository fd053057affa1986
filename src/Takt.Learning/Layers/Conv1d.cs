using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Convolution of sequences, channels first: y[b, o] = bias[o] + Σ over channels of w[o, c] ∗ x[b, c].</summary>
/// <remarks>Both start uniform in ±1/√(inputs / groups · kernel), as torch.nn.Conv1d does.</remarks>
/// <param name="inputs">Channels of a sample.</param>
/// <param name="outputs">Channels of the result.</param>
/// <param name="kernel">Steps the kernel sees.</param>
/// <param name="random">Source of the starting weights; the same seed gives the same layer on every machine.</param>
/// <param name="stride">Steps from window to window.</param>
/// <param name="padding">Zeros on both ends.</param>
/// <param name="dilation">Steps from tap to tap.</param>
/// <param name="groups">Groups of channels that do not see each other.</param>
/// <param name="biased">Whether there is a bias; none is needed before a batch norm.</param>
public sealed class Conv1d(int inputs, int outputs, int kernel, Generator random, int stride = 1, int padding = 0, int dilation = 1, int groups = 1, bool biased = true) : Layer
{
    /// <summary>w, shape [outputs, inputs / groups, kernel].</summary>
    public Tensor Weight { get; } = Initial.Uniform([outputs, inputs / groups, kernel], inputs / groups * kernel, random);

    /// <summary>Shape [outputs], or null.</summary>
    public Tensor? Bias { get; } = biased ? Initial.Uniform([outputs], inputs / groups * kernel, random) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => Initial.Named(Weight, Bias);

    /// <summary>Convolves.</summary>
    /// <param name="x">Shape [batch, inputs, steps].</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>Shape [batch, outputs, …].</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is of another shape.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => x.Conv1d(Weight, Bias, stride, padding, dilation, groups);

    /// <inheritdoc/>
    public override string ToString() => $"Conv1d {kernel}";
}
