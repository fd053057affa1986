using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Two recurrent layers over the same window, one from the first step on and one from the last (Schuster and Paliwal 1997); what they say of each step stands side by side.</summary>
/// <param name="forward">[batch, steps, inputs] → [batch, steps, hidden], such as <see cref="Lstm"/> or <see cref="Gru"/>.</param>
/// <param name="backward">The same, with weights of its own.</param>
public sealed class Bidirectional(Layer forward, Layer backward) : Layer
{
    /// <inheritdoc/>
    public override IReadOnlyList<NamedLayer> Children { get; } = [new("forward", forward), new("backward", backward)];

    /// <summary>Runs both ways.</summary>
    /// <param name="x">Shape [batch, steps, inputs].</param>
    /// <param name="mode">Passed on.</param>
    /// <returns>Shape [batch, steps, 2·hidden].</returns>
    public override Tensor Forward(Tensor x, Mode mode) => forward.Forward(x, mode).Concat(-1, backward.Forward(x.Flip(1), mode).Flip(1));

    /// <summary>Runs both ways over sequences of different lengths, each from its own end; zeros stand behind it.</summary>
    /// <param name="x">Shape [batch, steps, inputs], filled up behind each sequence with anything finite.</param>
    /// <param name="lengths">One for each sequence, Int64 of shape [batch]; in a traced graph it is an input.</param>
    /// <param name="mode">Passed on.</param>
    /// <returns>Shape [batch, steps, 2·hidden].</returns>
    public Tensor Forward(Tensor x, Tensor lengths, Mode mode) =>
        forward.Forward(x, mode).Concat(-1, backward.Forward(x.ReverseSteps(lengths), mode).ReverseSteps(lengths)).ClearBeyond(lengths);

    /// <inheritdoc cref="Forward(Tensor, Tensor, Mode)"/>
    public Tensor Forward(Tensor x, ReadOnlyMemory<int> lengths, Mode mode) => Forward(x, Sequences.Lengths(lengths), mode);
}
