using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>One layer of gated recurrent units (Cho et al. 2014, arXiv:1406.1078), over all steps of a window: three quarters of an LSTM's weights.</summary>
/// <remarks>All weights start uniform in ±1/√hidden, as torch.nn.GRU's do. Gates stand in the order r, z, n. Stack layers for depth.</remarks>
/// <param name="inputs">Features of a step.</param>
/// <param name="hidden">Units.</param>
/// <param name="random">Source of the starting weights.</param>
public sealed class Gru(int inputs, int hidden, Generator random) : Layer
{
    /// <summary>From the step's features to the gates, shape [3·hidden, inputs].</summary>
    public Tensor InputWeight { get; } = Initial.Uniform([3 * hidden, inputs], hidden, random);

    /// <summary>From the previous state to the gates, shape [3·hidden, hidden].</summary>
    public Tensor StateWeight { get; } = Initial.Uniform([3 * hidden, hidden], hidden, random);

    /// <summary>Beside the step's features, shape [3·hidden].</summary>
    public Tensor InputBias { get; } = Initial.Uniform([3 * hidden], hidden, random);

    /// <summary>Beside the previous state, shape [3·hidden].</summary>
    public Tensor StateBias { get; } = Initial.Uniform([3 * hidden], hidden, random);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters =>
        [new("input_weight", InputWeight), new("state_weight", StateWeight), new("input_bias", InputBias), new("state_bias", StateBias)];

    /// <summary>Runs over all steps, from a state of zero.</summary>
    /// <param name="x">Shape [batch, steps, inputs].</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>The state after each step, shape [batch, steps, hidden].</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is of another shape.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => x.Gru(InputWeight, StateWeight, InputBias, StateBias);
}
