namespace Takt.Tensors.Kernels;

/// <summary>y = √x; dy/dx = 1/(2y).</summary>
readonly record struct SquareRoot : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => V.Sqrt(x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.Fill(0.5f) / y;
}

/// <summary>y = |x|; dy/dx = the sign of x, 0 at 0.</summary>
readonly record struct AbsoluteValue : IFunction
{
    public V Value<V>(V x) where V : struct, ILanes<V> => V.Abs(x);

    public V Slope<V>(V x, V y) where V : struct, ILanes<V> => V.WhereGreater(x, V.Fill(0), V.Fill(1), V.WhereGreater(V.Fill(0), x, V.Fill(-1), V.Fill(0)));
}
