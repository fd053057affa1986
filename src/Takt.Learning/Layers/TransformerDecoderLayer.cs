using Takt.Learning.Specs;
using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>One layer of a transformer's decoder: attention of each step to itself and those before it, attention to what an encoder made, then a small network on each step, all added to what came in.</summary>
/// <remarks>
/// Pre-norm (Xiong et al. 2020, arXiv:2002.04745), the default: x + attention(norm x) and so on; trains without a warm-up.
/// Post-norm (Vaswani et al. 2017, arXiv:1706.03762): norm(x + attention x) and so on.
/// </remarks>
public sealed class TransformerDecoderLayer : Layer
{
    readonly MultiHeadAttention _own, _cross;
    readonly Linear _widen, _narrow;
    readonly LayerNorm _ownNorm, _crossNorm, _networkNorm;
    readonly ActivationLayer _activation;
    readonly Dropout _dropout;
    readonly bool _normFirst;

    /// <summary>A fresh layer.</summary>
    /// <param name="width">Features of a step, in and out, and of what the encoder made.</param>
    /// <param name="heads">Heads of both attentions; the width divides by them.</param>
    /// <param name="hidden">Units of the network on each step; usually four times the width.</param>
    /// <param name="random">Source of the starting weights.</param>
    /// <param name="activation">Between the two halves of that network.</param>
    /// <param name="dropout">Probability of dropping a value behind the attentions, inside and behind the network, in training.</param>
    /// <param name="normFirst">Pre-norm; false for post-norm.</param>
    public TransformerDecoderLayer(int width, int heads, int hidden, Generator random, Activation activation = Activation.Gelu, float dropout = 0, bool normFirst = true)
    {
        (_own, _cross) = (new(width, heads, random, causal: true), new(width, heads, random));
        (_widen, _narrow, _activation) = (new(width, hidden, random), new(hidden, width, random), new(activation));
        (_ownNorm, _crossNorm, _networkNorm, _dropout, _normFirst) = (new(width), new(width), new(width), new(dropout), normFirst);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<NamedLayer> Children =>
    [
        new("own_norm", _ownNorm), new("own_attention", _own), new("cross_norm", _crossNorm), new("cross_attention", _cross),
        new("network_norm", _networkNorm), new("widen", _widen), new("activation", _activation), new("narrow", _narrow),
    ];

    /// <summary>Refused: a decoder needs what an encoder made.</summary>
    /// <param name="x">Steps.</param>
    /// <param name="mode">Training or evaluation.</param>
    /// <exception cref="InvalidOperationException">Always.</exception>
    public override Tensor Forward(Tensor x, Mode mode) =>
        throw new InvalidOperationException("A decoder layer looks at what an encoder made: call Forward(x, seen, mask, mode). A decoder without one is a TransformerEncoderLayer with causal: true.");

    /// <summary>Every step looks at itself and those before it, then at the encoder's steps.</summary>
    /// <param name="x">Shape [batch, steps, width].</param>
    /// <param name="seen">What the encoder made: [batch, steps seen, width].</param>
    /// <param name="mask">Bool, broadcasts to [batch, heads, steps, steps seen]: which of the encoder's steps a step may see; [batch, 1, 1, steps seen] hides those that only fill up. Null for all.</param>
    /// <param name="mode">Training or evaluation.</param>
    /// <returns>The shape of <paramref name="x"/>.</returns>
    /// <exception cref="ShapeException">The shapes do not fit together.</exception>
    public Tensor Forward(Tensor x, Tensor seen, Tensor? mask, Mode mode)
    {
        if (_normFirst)
        {
            x += LookBack(_ownNorm.Forward(x, mode), mode);
            x += LookAcross(_crossNorm.Forward(x, mode), seen, mask, mode);
            return x + Think(_networkNorm.Forward(x, mode), mode);
        }

        x = _ownNorm.Forward(x + LookBack(x, mode), mode);
        x = _crossNorm.Forward(x + LookAcross(x, seen, mask, mode), mode);
        return _networkNorm.Forward(x + Think(x, mode), mode);
    }

    Tensor LookBack(Tensor x, Mode mode) => _dropout.Forward(_own.Forward(x, mode), mode);

    Tensor LookAcross(Tensor x, Tensor seen, Tensor? mask, Mode mode) => _dropout.Forward(_cross.Forward(x, seen, mask, mode), mode);

    Tensor Think(Tensor x, Mode mode) => _dropout.Forward(_narrow.Forward(_dropout.Forward(_activation.Forward(_widen.Forward(x, mode), mode), mode), mode), mode);
}
