using System.Numerics;
using Takt.Learning.Layers;

namespace Takt.Learning.Optimizers;

/// <summary>Stochastic gradient descent with momentum, as torch.optim.SGD: b ← µ·b + g, w ← w − rate·b (Nesterov: w ← w − rate·(g + µ·b)).</summary>
public sealed class Sgd : Optimizer
{
    readonly float _momentum, _weightDecay;
    readonly bool _nesterov;
    float _rate;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="momentum">µ, 0 up to below 1. Default 0.9.</param>
    /// <param name="nesterov">Whether to look ahead (Nesterov 1983). Default no.</param>
    /// <param name="weightDecay">Share of each weight added to its gradient. Default 0.</param>
    public Sgd(IReadOnlyList<Parameter> parameters, float momentum = 0.9f, bool nesterov = false, float weightDecay = 0)
        : base(parameters, moments: 1) => (_momentum, _nesterov, _weightDecay) = (momentum, nesterov, weightDecay);

    /// <inheritdoc/>
    protected override void BeginStep(float rate) => _rate = rate;

    /// <inheritdoc/>
    protected override void Update(Span<float> weights, ReadOnlySpan<float> gradient, float scale, int start)
    {
        var velocity = Moments[0].AsSpan(start, weights.Length);
        int i = 0;
        for (; i <= weights.Length - Width; i += Width)
        {
            var w = new Vector<float>(weights[i..]);
            var g = (new Vector<float>(gradient[i..]) * scale) + (w * _weightDecay);
            var b = (new Vector<float>(velocity[i..]) * _momentum) + g;
            b.CopyTo(velocity[i..]);
            (w - ((_nesterov ? g + (b * _momentum) : b) * _rate)).CopyTo(weights[i..]);
        }

        for (; i < weights.Length; i++)
        {
            float g = (gradient[i] * scale) + (weights[i] * _weightDecay);
            float b = velocity[i] = (velocity[i] * _momentum) + g;
            weights[i] -= (_nesterov ? g + (b * _momentum) : b) * _rate;
        }
    }
}
