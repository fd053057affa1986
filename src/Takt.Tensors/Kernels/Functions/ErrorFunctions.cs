namespace Takt.Tensors.Kernels;

/// <summary>(y − t)²; 2(y − t).</summary>
readonly struct SquaredError : ILossFunction
{
    public V Value<V>(V y, V t) where V : struct, ILanes<V> => (y - t) * (y - t);

    public V Slope<V>(V y, V t) where V : struct, ILanes<V> => V.Fill(2) * (y - t);
}

/// <summary>|y − t|; the sign of y − t, 0 at 0.</summary>
readonly struct AbsoluteError : ILossFunction
{
    public V Value<V>(V y, V t) where V : struct, ILanes<V> => V.Abs(y - t);

    public V Slope<V>(V y, V t) where V : struct, ILanes<V> => V.WhereGreater(y, t, V.Fill(1), V.WhereGreater(t, y, V.Fill(-1), V.Fill(0)));
}

/// <summary>½e² for |e| ≤ δ, δ(|e| − ½δ) beyond, e = y − t; e clamped to ±δ.</summary>
readonly struct HuberError(float delta) : ILossFunction
{
    public V Value<V>(V y, V t) where V : struct, ILanes<V>
    {
        var e = V.Abs(y - t);
        return V.WhereGreater(e, V.Fill(delta), V.Fill(delta) * (e - V.Fill(0.5f * delta)), V.Fill(0.5f) * e * e);
    }

    public V Slope<V>(V y, V t) where V : struct, ILanes<V> => V.AtLeast(V.AtMost(y - t, V.Fill(delta)), V.Fill(-delta));
}

/// <summary>−t·ln σ(x) − (1 − t)·ln(1 − σ(x)) = max(x, 0) − x·t + ln(1 + e^−|x|), which never overflows; σ(x) − t.</summary>
readonly struct LogitError : ILossFunction
{
    public V Value<V>(V x, V t) where V : struct, ILanes<V> =>
        V.AtLeast(x, V.Fill(0)) - (x * t) + Approximation.Log1P(Approximation.Exp(-V.Abs(x)));

    public V Slope<V>(V x, V t) where V : struct, ILanes<V> => Approximation.Sigmoid(x) - t;
}

/// <summary>How wrong a prediction y of a target t is, and its derivative by y.</summary>
interface ILossFunction
{
    /// <summary>The loss.</summary>
    V Value<V>(V y, V t) where V : struct, ILanes<V>;

    /// <summary>d loss / dy.</summary>
    V Slope<V>(V y, V t) where V : struct, ILanes<V>;
}
