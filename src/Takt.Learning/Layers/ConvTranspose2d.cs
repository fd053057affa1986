using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Transposed convolution, which makes images larger: every pixel adds its kernel to the result.</summary>
/// <remarks>Both start uniform in ±1/√(outputs / groups · kernel height · kernel width), as torch.nn.ConvTranspose2d does.</remarks>
/// <param name="inputs">Channels of a sample.</param>
/// <param name="outputs">Channels of the result.</param>
/// <param name="kernel">Height and width of the kernel.</param>
/// <param name="random">Source of the starting weights; the same seed gives the same layer on every machine.</param>
/// <param name="stride">Pixels of the result from pixel to pixel; 1 by default.</param>
/// <param name="padding">Pixels cut off on every side; 0 by default.</param>
/// <param name="outputPadding">Pixels more below and right; 0 by default.</param>
/// <param name="dilation">Pixels from tap to tap; 1 by default.</param>
/// <param name="groups">Groups of channels that do not see each other.</param>
/// <param name="biased">Whether there is a bias; none is needed before a batch norm.</param>
public sealed class ConvTranspose2d(
    int inputs, int outputs, Extent kernel, Generator random, Extent? stride = null, Extent? padding = null, Extent? outputPadding = null, Extent? dilation = null, int groups = 1, bool biased = true) : Layer
{
    /// <summary>w, shape [inputs, outputs / groups, kernel height, kernel width].</summary>
    public Tensor Weight { get; } = Initial.Uniform([inputs, outputs / groups, kernel.Height, kernel.Width], outputs / groups * kernel.Height * kernel.Width, random);

    /// <summary>Shape [outputs], or null.</summary>
    public Tensor? Bias { get; } = biased ? Initial.Uniform([outputs], outputs / groups * kernel.Height * kernel.Width, random) : null;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => Initial.Named(Weight, Bias);

    /// <summary>Convolves, transposed.</summary>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>Shape [batch, outputs, …].</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is of another shape.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => x.ConvTranspose2d(Weight, Bias, stride, padding, outputPadding, dilation, groups);

    /// <inheritdoc/>
    public override string ToString() => $"ConvTranspose2d {kernel}";
}
