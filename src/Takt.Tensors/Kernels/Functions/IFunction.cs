namespace Takt.Tensors.Kernels;

/// <summary>A function of one number, with its derivative.</summary>
interface IFunction
{
    /// <summary>y of x.</summary>
    V Value<V>(V x) where V : struct, ILanes<V>;

    /// <summary>dy/dx, given x and y.</summary>
    V Slope<V>(V x, V y) where V : struct, ILanes<V>;
}

/// <summary>A function of two numbers, with both derivatives.</summary>
interface IFunction2
{
    /// <summary>y of a and b.</summary>
    V Value<V>(V a, V b) where V : struct, ILanes<V>;

    /// <summary>dy/da.</summary>
    V SlopeA<V>(V a, V b) where V : struct, ILanes<V>;

    /// <summary>dy/db.</summary>
    V SlopeB<V>(V a, V b) where V : struct, ILanes<V>;
}
