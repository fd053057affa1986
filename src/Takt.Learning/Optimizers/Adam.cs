using Takt.Learning.Layers;
using Takt.Tensors.Kernels;

namespace Takt.Learning.Optimizers;

/// <summary>
/// Adam (Kingma and Ba 2015, arXiv:1412.6980), as torch.optim.Adam: m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², w ← w − rate·m̂/(√v̂ + ε),
/// m̂ and v̂ being m and v freed of their start at zero. With decoupled weight decay it is AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101).
/// </summary>
public sealed class Adam : Optimizer
{
    /// <summary>β₁, β₂ and ε of the paper; every framework has kept them.</summary>
    const float Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-8f;

    AdamStep _step;

    /// <summary>Starts at rest.</summary>
    /// <param name="parameters">What is moved.</param>
    /// <param name="decay">Weight decay: in the gradient, or directly (times the rate) where <paramref name="decoupled"/>. Default none.</param>
    /// <param name="decoupled">AdamW. Default no.</param>
    public Adam(IReadOnlyList<Parameter> parameters, WeightDecay decay = default, bool decoupled = false) : base(parameters, moments: 2, decay, decaysItself: decoupled) { }

    /// <inheritdoc/>
    protected override void BeginStep(float rate) => _step = new(
        rate, Beta1, Beta2, Epsilon, (float)(1 - Math.Pow(Beta1, Steps)), (float)(1 - Math.Pow(Beta2, Steps)));

    /// <inheritdoc/>
    protected override void Update(Span<float> weights, Span<float> gradient, int start, float decay) =>
        AdamUpdate.Run(_step with { Decay = decay }, gradient, Moments[0].AsSpan(start, weights.Length), Moments[1].AsSpan(start, weights.Length), weights);
}
