namespace Takt.Tensors.Kernels;

/// <summary>y = a + b; 1 and 1.</summary>
readonly record struct Plus : IFunction2
{
    public V Value<V>(V a, V b) where V : struct, ILanes<V> => a + b;

    public V SlopeA<V>(V a, V b) where V : struct, ILanes<V> => V.Fill(1);

    public V SlopeB<V>(V a, V b) where V : struct, ILanes<V> => V.Fill(1);
}

/// <summary>y = a − b; 1 and −1.</summary>
readonly record struct Minus : IFunction2
{
    public V Value<V>(V a, V b) where V : struct, ILanes<V> => a - b;

    public V SlopeA<V>(V a, V b) where V : struct, ILanes<V> => V.Fill(1);

    public V SlopeB<V>(V a, V b) where V : struct, ILanes<V> => V.Fill(-1);
}

/// <summary>y = a·b; b and a.</summary>
readonly record struct Times : IFunction2
{
    public V Value<V>(V a, V b) where V : struct, ILanes<V> => a * b;

    public V SlopeA<V>(V a, V b) where V : struct, ILanes<V> => b;

    public V SlopeB<V>(V a, V b) where V : struct, ILanes<V> => a;
}

/// <summary>y = a/b; 1/b and −a/b².</summary>
readonly record struct Over : IFunction2
{
    public V Value<V>(V a, V b) where V : struct, ILanes<V> => a / b;

    public V SlopeA<V>(V a, V b) where V : struct, ILanes<V> => V.Fill(1) / b;

    public V SlopeB<V>(V a, V b) where V : struct, ILanes<V> => -a / (b * b);
}

/// <summary>y = a, stretched to the shape of b; 1 and 0.</summary>
readonly record struct First : IFunction2
{
    public V Value<V>(V a, V b) where V : struct, ILanes<V> => a;

    public V SlopeA<V>(V a, V b) where V : struct, ILanes<V> => V.Fill(1);

    public V SlopeB<V>(V a, V b) where V : struct, ILanes<V> => V.Fill(0);
}
