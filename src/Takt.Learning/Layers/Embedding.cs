using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>A row of numbers for every token of a vocabulary, learnt.</summary>
/// <remarks>Starts normal with mean 0 and deviation 1, as torch.nn.Embedding does.</remarks>
/// <param name="tokens">Size of the vocabulary.</param>
/// <param name="width">Numbers of a token.</param>
/// <param name="random">Source of the starting weights.</param>
public sealed class Embedding(int tokens, int width, Generator random) : Layer
{
    /// <summary>A row for each token, shape [tokens, width].</summary>
    public Tensor Weight { get; } = Start(tokens, width, random);

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> OwnParameters => [new("weight", Weight)];

    /// <summary>Looks every token up.</summary>
    /// <param name="x">Any shape; Int64, or whole numbers in float32 (exact up to 16,777,216), as a pipeline gives them.</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>The shape of <paramref name="x"/> with the width behind it.</returns>
    /// <exception cref="ShapeException">A token is not in the vocabulary.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => Weight.Gather(0, x.To(ElementType.Int64));

    static Tensor Start(int tokens, int width, Generator random)
    {
        var weight = Tensor.Normal([tokens, width], 1, random);
        weight.RequiresGradient = true;
        return weight;
    }
}
