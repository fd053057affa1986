using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>One layer of long short-term memory (Hochreiter and Schmidhuber 1997, with forget gate), over all steps of a window.</summary>
/// <remarks>
/// Weights start uniform in ±1/√hidden, as torch.nn.LSTM's do. The forget gate's bias starts at 1, so that a fresh network remembers
/// (Gers et al. 2000; Jozefowicz et al. 2015 found it to matter most of all the tricks). Gates stand in the order i, f, g, o.
/// </remarks>
/// <param name="inputs">Features of a step.</param>
/// <param name="hidden">Units.</param>
/// <param name="random">Source of the starting weights.</param>
public sealed class Lstm(int inputs, int hidden, Generator random) : Layer
{
    const float ForgetBias = 1;

    /// <summary>From the step's features to the gates, shape [4·hidden, inputs].</summary>
    public Tensor InputWeight { get; } = Initial.Uniform([4 * hidden, inputs], hidden, random);

    /// <summary>From the previous state to the gates, shape [4·hidden, hidden].</summary>
    public Tensor StateWeight { get; } = Initial.Uniform([4 * hidden, hidden], hidden, random);

    /// <summary>Shape [4·hidden].</summary>
    public Tensor Bias { get; } = Remembering(Initial.Uniform([4 * hidden], hidden, random), hidden);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters =>
        [new("input_weight", InputWeight), new("state_weight", StateWeight), new("bias", Bias)];

    /// <summary>Runs over all steps, from a state of zero.</summary>
    /// <param name="x">Shape [batch, steps, inputs].</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>The state after each step, shape [batch, steps, hidden].</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is of another shape.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => x.Lstm(InputWeight, StateWeight, Bias);

    static Tensor Remembering(Tensor bias, int hidden)
    {
        foreach (ref float value in bias.Values.Slice(hidden, hidden)) value += ForgetBias;
        return bias;
    }
}
