namespace Takt.Tensors.Kernels;

/// <summary>(y − t)²; 2(y − t).</summary>
readonly record struct SquaredError : ILossFunction
{
    public V Value<V>(V y, V t) where V : struct, ILanes<V> => (y - t) * (y - t);

    public V Slope<V>(V y, V t) where V : struct, ILanes<V> => V.Fill(2) * (y - t);
}

/// <summary>|y − t|; the sign of y − t, 0 at 0.</summary>
readonly record struct AbsoluteError : ILossFunction
{
    public V Value<V>(V y, V t) where V : struct, ILanes<V> => V.Abs(y - t);

    public V Slope<V>(V y, V t) where V : struct, ILanes<V> => V.WhereGreater(y, t, V.Fill(1), V.WhereGreater(t, y, V.Fill(-1), V.Fill(0)));
}

/// <summary>½e² for |e| ≤ δ, δ(|e| − ½δ) beyond, e = y − t; e clamped to ±δ.</summary>
readonly record struct HuberError(float Delta) : ILossFunction
{
    public V Value<V>(V y, V t) where V : struct, ILanes<V>
    {
        var e = V.Abs(y - t);
        return V.WhereGreater(e, V.Fill(Delta), V.Fill(Delta) * (e - V.Fill(0.5f * Delta)), V.Fill(0.5f) * e * e);
    }

    public V Slope<V>(V y, V t) where V : struct, ILanes<V> => V.AtLeast(V.AtMost(y - t, V.Fill(Delta)), V.Fill(-Delta));
}

/// <summary>−t·ln σ(x) − (1 − t)·ln(1 − σ(x)) = max(x, 0) − x·t + ln(1 + e^−|x|), which never overflows; σ(x) − t.</summary>
readonly record struct LogitError : ILossFunction
{
    public V Value<V>(V x, V t) where V : struct, ILanes<V> =>
        V.AtLeast(x, V.Fill(0)) - (x * t) + Approximation.Log1P(Approximation.Exp(-V.Abs(x)));

    public V Slope<V>(V x, V t) where V : struct, ILanes<V> => Approximation.Sigmoid(x) - t;
}

/// <summary>τe for e ≥ 0, (τ − 1)e below, e = t − y; −τ, 1 − τ, 0 at 0.</summary>
readonly record struct PinballError(float Quantile) : ILossFunction
{
    public V Value<V>(V y, V t) where V : struct, ILanes<V> => V.AtLeast(V.Fill(Quantile) * (t - y), V.Fill(Quantile - 1) * (t - y));

    public V Slope<V>(V y, V t) where V : struct, ILanes<V> => V.WhereGreater(t, y, V.Fill(-Quantile), V.WhereGreater(y, t, V.Fill(1 - Quantile), V.Fill(0)));
}

/// <summary>α·(1 − p)^γ·(−ln p), p = σ(s), s = x for a target of 1 and −x for 0. With softplus u(s) = ln(1 + eˢ): −ln p = u(−s) and (1 − p)^γ = e^(−γ·u(s)), which never overflow; d/ds = α·(1 − p)^γ·(−γ·p·u(−s) − (1 − p)).</summary>
readonly record struct FocalError(float Focus, float OfOnes, float OfZeros) : ILossFunction
{
    public V Value<V>(V x, V t) where V : struct, ILanes<V>
    {
        var s = Sign(t) * x;
        return Factor(s, t) * Softplus(-s);
    }

    public V Slope<V>(V x, V t) where V : struct, ILanes<V>
    {
        V sign = Sign(t), s = sign * x;
        return sign * Factor(s, t) * -(V.MultiplyAdd(V.Fill(Focus) * Approximation.Sigmoid(s), Softplus(-s), Approximation.Sigmoid(-s)));
    }

    V Factor<V>(V s, V t) where V : struct, ILanes<V> =>
        Approximation.Exp(V.Fill(-Focus) * Softplus(s)) * V.WhereGreater(t, V.Fill(0.5f), V.Fill(OfOnes), V.Fill(OfZeros));

    static V Sign<V>(V t) where V : struct, ILanes<V> => V.WhereGreater(t, V.Fill(0.5f), V.Fill(1), V.Fill(-1)) + (t - t);   // a target that is not a number stays so

    static V Softplus<V>(V s) where V : struct, ILanes<V> => V.AtLeast(s, V.Fill(0)) + Approximation.Log1P(Approximation.Exp(-V.Abs(s)));
}

/// <summary>How wrong a prediction y of a target t is, and its derivative by y.</summary>
interface ILossFunction
{
    /// <summary>The loss.</summary>
    V Value<V>(V y, V t) where V : struct, ILanes<V>;

    /// <summary>d loss / dy.</summary>
    V Slope<V>(V y, V t) where V : struct, ILanes<V>;
}
