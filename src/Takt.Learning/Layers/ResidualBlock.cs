using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>The basic block of residual networks (He et al. 2016, arXiv:1512.03385): y = relu(conv, batch norm, relu, conv, batch norm of x, plus x).</summary>
/// <remarks>Where the stride or the number of channels changes, x passes a convolution of 1×1 and a batch norm on its way around, as in torchvision.</remarks>
public sealed class ResidualBlock : Layer
{
    readonly Sequential _main;
    readonly Sequential? _around;

    /// <summary>A block with starting weights.</summary>
    /// <param name="inputs">Channels of a sample.</param>
    /// <param name="outputs">Channels of the result.</param>
    /// <param name="random">Source of the starting weights.</param>
    /// <param name="stride">Pixels from window to window of the first convolution.</param>
    public ResidualBlock(int inputs, int outputs, Generator random, int stride = 1)
    {
        _main = new(
        [
            new("conv1", new Conv2d(inputs, outputs, 3, random, stride, padding: 1, biased: false)), new("norm1", new BatchNorm(outputs)), new("relu1", new ActivationLayer(Specs.Activation.Relu)),
            new("conv2", new Conv2d(outputs, outputs, 3, random, padding: 1, biased: false)), new("norm2", new BatchNorm(outputs)),
        ]);
        _around = stride == 1 && inputs == outputs ? null
            : new([new("conv", new Conv2d(inputs, outputs, 1, random, stride, biased: false)), new("norm", new BatchNorm(outputs))]);
        Children = _around is null ? [new("main", _main)] : [new("main", _main), new("around", _around)];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedLayer> Children { get; }

    /// <summary>Computes the block.</summary>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="mode">Training or evaluation.</param>
    /// <returns>Shape [batch, outputs, …].</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is of another shape.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => (_main.Forward(x, mode) + (_around?.Forward(x, mode) ?? x)).Relu();
}
