using Takt.Tensors;

namespace Takt.Learning.Layers;

/// <summary>Steps that look at each other through several heads (Vaswani et al. 2017, arXiv:1706.03762): queries, keys and values are projections of each step, and what the heads found is projected back.</summary>
/// <remarks>Projections start as torch.nn.MultiheadAttention's do: those of queries, keys and values uniform in ±√(1.5/width) (Glorot and Bengio 2010, the three seen as one), that of the output in ±1/√width, all biases 0.</remarks>
/// <param name="width">Features of a step, in and out.</param>
/// <param name="heads">How many heads share the width; it divides by them.</param>
/// <param name="random">Source of the starting weights.</param>
/// <param name="causal">Whether a step sees itself and those before it only.</param>
public sealed class MultiHeadAttention(int width, int heads, Generator random, bool causal = false) : Layer
{
    readonly Linear _query = Projection(width, 1.5f, random), _key = Projection(width, 1.5f, random), _value = Projection(width, 1.5f, random), _output = Projection(width, 1, random);

    /// <inheritdoc/>
    public override IReadOnlyList<NamedLayer> Children => [new("query", _query), new("key", _key), new("value", _value), new("output", _output)];

    /// <summary>Every step of a sequence looks at the steps of the same sequence.</summary>
    /// <param name="x">Shape [batch, steps, width].</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>The same shape.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is of another shape, or the width does not divide by the heads.</exception>
    public override Tensor Forward(Tensor x, Mode mode) => Forward(x, x, null, mode);

    /// <summary>Every step of one sequence looks at the steps of another.</summary>
    /// <param name="x">Those who look: [batch, steps, width].</param>
    /// <param name="seen">Those who are looked at: [batch, steps seen, width].</param>
    /// <param name="mask">Bool, broadcasts to [batch, heads, steps, steps seen]: true lets through; null for all.</param>
    /// <param name="mode">Makes no difference here.</param>
    /// <returns>The shape of <paramref name="x"/>.</returns>
    public Tensor Forward(Tensor x, Tensor seen, Tensor? mask, Mode mode) =>
        _output.Forward(_query.Forward(x, mode).Attention(_key.Forward(seen, mode), _value.Forward(seen, mode), heads, mask, causal), mode);

    /// <summary>A linear layer without bias to begin with, its weights of so many times the usual variance.</summary>
    static Linear Projection(int width, float variance, Generator random)
    {
        var projection = new Linear(width, width, random);
        foreach (ref float weight in projection.Weight.Values) weight *= MathF.Sqrt(variance);
        projection.Bias.Values.Clear();
        return projection;
    }
}
