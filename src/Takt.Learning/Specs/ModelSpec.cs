namespace Takt.Learning.Specs;

/// <summary>The network.</summary>
public sealed record ModelSpec
{
    /// <summary>The family. Default of the reader: lstm where the spec has a window, else dense.</summary>
    public ModelFamily Family { get; init; }

    /// <summary>Sizes of the dense layers before the output, from the input on, each 1 to 16,384. Default 64, 32 for dense; for lstm the reader's default is none.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [64, 32];

    /// <summary>lstm: units of each recurrent layer, from the input on; they stand before <see cref="Layers"/>. Default one of 64. Unused by dense.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [64];

    /// <summary>Activation of <see cref="Layers"/>. Default relu.</summary>
    public Activation Activation { get; init; }

    /// <summary>Share of the activations dropped in training behind each layer but the output, 0 to 0.95. Default 0.</summary>
    public double Dropout { get; init; }

    /// <summary>Networks of different starting weights whose outputs are averaged, 1 to 50. Default 1.</summary>
    public int Ensemble { get; init; } = 1;

    /// <summary>A model that training goes on from; then nothing else of this section counts. Default none: the network starts fresh.</summary>
    public BaseModelSpec? Base { get; init; }
}

/// <summary>Network families.</summary>
public enum ModelFamily
{
    /// <summary>Fully connected layers; a window is seen flattened.</summary>
    Dense,

    /// <summary>Long short-term memory over a window, the last step's state behind it (Hochreiter and Schmidhuber 1997).</summary>
    Lstm,
}

/// <summary>Activations of the hidden layers.</summary>
public enum Activation
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x, or 0.01·x below zero.</summary>
    LeakyRelu,

    /// <summary>x·Φ(x).</summary>
    Gelu,

    /// <summary>x·σ(x), also known as swish.</summary>
    Silu,

    /// <summary>Hyperbolic tangent.</summary>
    Tanh,

    /// <summary>σ(x).</summary>
    Sigmoid,
}
