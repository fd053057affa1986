using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>y = −x; dy/dx = −1.</summary>
readonly record struct Negative : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => -x;

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.Fill(-1);
}

/// <summary>y = max(x, 0); dy/dx = 1 where x &gt; 0, else 0. Not a number stays so.</summary>
readonly record struct Relu : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => V.AtLeast(x, V.Fill(0));

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.WhereGreater(x, V.Fill(0), V.Fill(1), V.Fill(0));
}

/// <summary>y = x where x &gt; 0, else below·x; dy/dx = 1 or below.</summary>
readonly record struct LeakyRelu(float Below) : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => V.WhereGreater(x, V.Fill(0), x, V.Fill(Below) * x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.WhereGreater(x, V.Fill(0), V.Fill(1), V.Fill(Below));
}

/// <summary>y = tanh x; dy/dx = 1 − y².</summary>
readonly record struct Tanh : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => Approximation.Tanh(x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.Fill(1) - (y * y);
}

/// <summary>y = σ(x) = 1/(1 + e⁻ˣ); dy/dx = y·(1 − y).</summary>
readonly record struct Sigmoid : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => Approximation.Sigmoid(x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => y * (V.Fill(1) - y);
}

/// <summary>y = x·σ(x); dy/dx = σ + y·(1 − σ).</summary>
readonly record struct Silu : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => x * Approximation.Sigmoid(x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V>
    {
        var sigmoid = Approximation.Sigmoid(x);
        return V.MultiplyAdd(y, V.Fill(1) - sigmoid, sigmoid);
    }
}

/// <summary>y = x·Φ(x), Φ(x) = ½(1 + erf(x/√2)); dy/dx = Φ(x) + x·φ(x), φ(x) = e^(−x²/2)/√(2π).</summary>
readonly record struct Gelu : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => x * Phi(x);

    /// <summary>Φ(x) is y/x, which at 0 is ½: cheaper than to work it out again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Slope<V>(V x, V y) where V : struct, ILanes<V>
    {
        var phi = V.WhereGreater(V.Fill(1e-30f), V.Abs(x), V.Fill(0.5f), y / x);
        return V.MultiplyAdd(x * V.Fill(0.3989422804014327f), Approximation.ExpBelow0(V.Fill(-0.5f) * x * x), phi);
    }

    static V Phi<V>(V x) where V : struct, ILanes<V> =>
        V.MultiplyAdd(V.Fill(0.5f), Approximation.Erf(x * V.Fill(0.7071067811865476f)), V.Fill(0.5f));
}

/// <summary>y = ½x(1 + t), t = tanh u, u = √(2/π)(x + 0.044715x³); dy/dx = ½(1 + t) + ½x(1 − t²)·√(2/π)(1 + 3·0.044715x²).</summary>
readonly record struct GeluTanh : IFunction
{
    const float Slope0 = 0.7978845608028654f, Cubic = 0.044715f;

    public V Value<V>(V x) where V : struct, ILanes<V> => V.Fill(0.5f) * x * (V.Fill(1) + Inner(x));

    public V Slope<V>(V x, V y) where V : struct, ILanes<V>
    {
        V t = Inner(x), one = V.Fill(1);
        return V.Fill(0.5f) * ((one + t) + (x * (one - (t * t)) * V.Fill(Slope0) * (one + (V.Fill(3 * Cubic) * x * x))));
    }

    static V Inner<V>(V x) where V : struct, ILanes<V> => Approximation.Tanh(V.Fill(Slope0) * (x + (V.Fill(Cubic) * x * x * x)));
}

/// <summary>y = eˣ; dy/dx = y.</summary>
readonly record struct Exponential : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => Approximation.Exp(x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => y;
}

/// <summary>y = erf x; dy/dx = 2/√π · e^(−x²).</summary>
readonly record struct ErrorFunction : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => Approximation.Erf(x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.Fill(1.1283791670955126f) * Approximation.Exp(-(x * x));
}
