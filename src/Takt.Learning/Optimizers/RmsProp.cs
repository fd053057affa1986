using Takt.Learning.Layers;
using Takt.Tensors.Kernels;

namespace Takt.Learning.Optimizers;

/// <summary>RMSprop (Tieleman and Hinton 2012), as torch.optim.RMSprop: v ← αv + (1−α)g², w ← w − rate·g/(√v + ε), with momentum over what is taken off.</summary>
public sealed class RmsProp : Optimizer
{
    /// <summary>α and ε as PyTorch has them.</summary>
    const float Smoothing = 0.99f, Epsilon = 1e-8f;

    readonly float _momentum;
    float _rate;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="momentum">0 up to below 1. Default 0.</param>
    /// <param name="decay">Weight decay, in the gradient. Default none.</param>
    public RmsProp(IReadOnlyList<Parameter> parameters, float momentum = 0, WeightDecay decay = default) : base(parameters, moments: 2, decay) => _momentum = momentum;

    /// <inheritdoc/>
    protected override void BeginStep(float rate) => _rate = rate;

    /// <inheritdoc/>
    protected override void Update(Span<float> weights, Span<float> gradient, int start, float decay) =>
        RmsPropUpdate.Run(new(_rate, Smoothing, _momentum, Epsilon), gradient, Moments[0].AsSpan(start, weights.Length), Moments[1].AsSpan(start, weights.Length), weights);
}
