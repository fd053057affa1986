using System.Diagnostics;
using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>A function of each value alone, between two layers.</summary>
/// <param name="kind">Which.</param>
public sealed class ActivationLayer(Activation kind) : Layer
{
    /// <summary>Slope of leaky ReLU below zero, PyTorch's default.</summary>
    const float LeakySlope = 0.01f;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => kind switch
    {
        Activation.Relu => x.Relu(),
        Activation.LeakyRelu => x.LeakyRelu(LeakySlope),
        Activation.Gelu => x.Gelu(),
        Activation.Silu => x.Silu(),
        Activation.Tanh => x.Tanh(),
        Activation.Sigmoid => x.Sigmoid(),
        _ => throw new UnreachableException(),
    };

    /// <inheritdoc/>
    public override string ToString() => kind.ToString();
}
