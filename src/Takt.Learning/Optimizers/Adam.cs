using System.Numerics;
using Takt.Learning.Layers;

namespace Takt.Learning.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv:1412.6980), as torch.optim.Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − rate·m̂/(√v̂ + ε),
/// m̂ and v̂ being m and v freed of their start at zero. With decoupled weight decay it is AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
/// </summary>
public sealed class Adam : Optimizer
{
    /// <summary>β₁, β₂ and ε of the paper; every framework has kept them.</summary>
    const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    readonly float _weightDecay;
    readonly bool _decoupled;
    float _stepSize, _rootCorrection, _shrink;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="weightDecay">Share of each weight taken off: in the gradient, or directly (times the rate) where <paramref name="decoupled"/>. Default 0.</param>
    /// <param name="decoupled">AdamW. Default no.</param>
    public Adam(IReadOnlyList<Parameter> parameters, float weightDecay = 0, bool decoupled = false)
        : base(parameters, moments: 2) => (_weightDecay, _decoupled) = (weightDecay, decoupled);

    /// <inheritdoc/>
    protected override void BeginStep(float rate)
    {
        _stepSize = (float)(rate / (1 - Math.Pow(Beta1, Steps)));
        _rootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, Steps)));
        _shrink = _decoupled ? 1 - (rate * _weightDecay) : 1;
    }

    /// <inheritdoc/>
    protected override void Update(Span<float> weights, ReadOnlySpan<float> gradient, float scale, int start)
    {
        Span<float> mean = Moments[0].AsSpan(start, weights.Length), square = Moments[1].AsSpan(start, weights.Length);
        float coupled = _decoupled ? 0 : _weightDecay;
        int i = 0;
        for (; i <= weights.Length - Width; i += Width)
        {
            var w = new Vector<float>(weights[i..]);
            var g = (new Vector<float>(gradient[i..]) * scale) + (w * coupled);
            var m = (new Vector<float>(mean[i..]) * Beta1) + (g * (1 - Beta1));
            var v = (new Vector<float>(square[i..]) * Beta2) + (g * g * (1 - Beta2));
            m.CopyTo(mean[i..]);
            v.CopyTo(square[i..]);
            ((w * _shrink) - (m * _stepSize / ((Vector.SquareRoot(v) * _rootCorrection) + new Vector<float>(Epsilon)))).CopyTo(weights[i..]);
        }

        for (; i < weights.Length; i++)
        {
            float g = (gradient[i] * scale) + (weights[i] * coupled);
            float m = mean[i] = (mean[i] * Beta1) + (g * (1 - Beta1));
            float v = square[i] = (square[i] * Beta2) + (g * g * (1 - Beta2));
            weights[i] = (weights[i] * _shrink) - (m * _stepSize / ((MathF.Sqrt(v) * _rootCorrection) + Epsilon));
        }
    }
}
