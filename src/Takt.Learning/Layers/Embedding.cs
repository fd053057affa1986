using Takt.Protocols.Problems;
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
    /// <exception cref="InputException">A token is no whole number.</exception>
    public override Tensor Forward(Tensor x, Mode mode)
    {
        if (x.Type == ElementType.Float32) Check(x = x.Contiguous());
        return Weight.Gather(0, x.To(ElementType.Int64));
    }

    void Check(Tensor x)
    {
        var values = x.Values;
        for (int i = 0; i < values.Length; i++)
            if (!float.IsInteger(values[i]))
                throw new InputException($"token {i} of {x.Shape} is {values[i]}", $"a whole number from 0 to {Weight.Shape[0] - 1}", "Check what makes the tokens.");
    }

    static Tensor Start(int tokens, int width, Generator random)
    {
        var weight = Tensor.Normal([tokens, width], 1, random);
        weight.RequiresGradient = true;
        return weight;
    }
}
