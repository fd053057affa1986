using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>One layer of a transformer's encoder: attention among the steps, then a small network on each step, both added to what came in.</summary>
/// <remarks>
/// Pre-norm (Xiong et al. 2020, arXiv:2002.04745), the default: x + attention(norm x), then x + network(norm x); trains without a warm-up.
/// Post-norm (Vaswani et al. 2017, arXiv:1706.03762): norm(x + attention x), then norm(x + network x).
/// </remarks>
public sealed class TransformerEncoderLayer : Layer
{
    readonly MultiHeadAttention _attention;
    readonly Linear _widen, _narrow;
    readonly LayerNorm _attentionNorm, _networkNorm;
    readonly ActivationLayer _activation;
    readonly Dropout _dropout;
    readonly bool _normFirst;

    /// <summary>A fresh layer.</summary>
    /// <param name="width">Features of a step, in and out.</param>
    /// <param name="heads">Heads of the attention; the width divides by them.</param>
    /// <param name="hidden">Units of the network on each step; usually four times the width.</param>
    /// <param name="random">Source of the starting weights.</param>
    /// <param name="activation">Between the two halves of that network.</param>
    /// <param name="dropout">Probability of dropping a value behind the attention, inside and behind the network, in training.</param>
    /// <param name="normFirst">Pre-norm; false for post-norm.</param>
    /// <param name="causal">Whether a step sees itself and those before it only.</param>
    public TransformerEncoderLayer(int width, int heads, int hidden, Generator random, Activation activation = Activation.Gelu, float dropout = 0, bool normFirst = true, bool causal = false)
    {
        (_attention, _widen, _narrow) = (new(width, heads, random, causal), new(width, hidden, random), new(hidden, width, random));
        (_attentionNorm, _networkNorm, _activation, _dropout, _normFirst) = (new(width), new(width), new(activation), new(dropout), normFirst);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedLayer> Children =>
        [new("attention_norm", _attentionNorm), new("attention", _attention), new("network_norm", _networkNorm), new("widen", _widen), new("activation", _activation), new("narrow", _narrow)];

    /// <summary>Every step looks at the steps of its sequence.</summary>
    /// <param name="x">Shape [batch, steps, width].</param>
    /// <param name="mode">Training or evaluation.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is of another shape.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => Forward(x, null, mode);

    /// <summary>Every step looks at those steps of its sequence that a mask lets through.</summary>
    /// <param name="x">Shape [batch, steps, width].</param>
    /// <param name="mask">Bool, broadcasts to [batch, heads, steps, steps]; [batch, 1, 1, steps] hides steps that only fill up.</param>
    /// <param name="mode">Training or evaluation.</param>
    public Tensor Forward(Tensor x, Tensor? mask, Mode mode)
    {
        if (_normFirst)
        {
            x += Attend(_attentionNorm.Forward(x, mode), mask, mode);
            return x + Think(_networkNorm.Forward(x, mode), mode);
        }

        x = _attentionNorm.Forward(x + Attend(x, mask, mode), mode);
        return _networkNorm.Forward(x + Think(x, mode), mode);
    }

    Tensor Attend(Tensor x, Tensor? mask, Mode mode) => _dropout.Forward(_attention.Forward(x, x, mask, mode), mode);

    Tensor Think(Tensor x, Mode mode) => _dropout.Forward(_narrow.Forward(_dropout.Forward(_activation.Forward(_widen.Forward(x, mode), mode), mode), mode), mode);
}
