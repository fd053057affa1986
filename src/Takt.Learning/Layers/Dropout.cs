using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Drops each value with a probability in training and scales the others up by 1/(1 − rate), so that their sum stays the same on average; does nothing in evaluation (Srivastava et al. 2014).</summary>
/// <param name="rate">Probability of being dropped, 0 up to below 1.</param>
public sealed class Dropout(float rate) : Layer
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Mode mode) => mode.IsTraining && rate > 0 ? x.Dropout(rate, mode.Random) : x;

    /// <inheritdoc/>
    public override string ToString() => $"Dropout {rate:0.##}";
}
