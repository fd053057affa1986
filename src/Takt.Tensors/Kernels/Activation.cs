namespace Takt.Tensors.Kernels;

/// <summary>A function applied to every element of a result while it is still in cache.</summary>
public enum Activation
{
    /// <summary>None.</summary>
    Identity,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1/(1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>x·Φ(x) with Φ the normal distribution.</summary>
    Gelu,

    /// <summary>x·σ(x).</summary>
    Silu,

    /// <summary>½x·(1 + tanh(√(2/π)·(x + 0.044715x³))).</summary>
    GeluTanh,
}
