using Takt.Learning.Layers;
using Takt.Tensors.Kernels;

namespace Takt.Learning.Optimizers;

/// <summary>Stochastic gradient descent with momentum, as torch.optim.SGD: b ← µ·b + g, w ← w − rate·b (Nesterov: w ← w − rate·(g + µ·b)).</summary>
public sealed class Sgd : Optimizer
{
    readonly float _momentum;
    readonly bool _nesterov;
    float _rate;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="momentum">µ, 0 up to below 1. Default 0.9.</param>
    /// <param name="nesterov">Whether to look ahead (Nesterov 1983). Default no.</param>
    /// <param name="decay">Weight decay, in the gradient. Default none.</param>
    public Sgd(IReadOnlyList<Parameter> parameters, float momentum = 0.9f, bool nesterov = false, WeightDecay decay = default)
        : base(parameters, moments: 1, decay, decaysItself: true) => (_momentum, _nesterov) = (momentum, nesterov);

    /// <inheritdoc/>
    protected override void BeginStep(float rate) => _rate = rate;

    /// <inheritdoc/>
    protected override void Update(Span<float> weights, Span<float> gradient, int start, float decay) =>
        SgdUpdate.Run(new(_rate, _momentum, _nesterov, decay), gradient, Moments[0].AsSpan(start, weights.Length), weights);
}
