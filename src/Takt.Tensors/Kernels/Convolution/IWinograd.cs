namespace Takt.Tensors.Kernels;

/// <summary>One of the ways to convolve with 3×3 taps by fewer multiplications (Winograd 1980; Lavin and Gray 2016, arXiv:1509.09308): squares of m × m outputs come from squares of (m + 2) × (m + 2) pixels.</summary>
/// <remarks>y = Aᵀ[(G w Gᵀ) ∘ (Bᵀ d B)]A. Both sides are transformed along columns and then along rows, in a fixed order without mixing lanes: the same bits on every path.</remarks>
unsafe interface IWinograd
{
    /// <summary>m.</summary>
    static abstract int Outputs { get; }

    /// <summary>G, row by row: m + 2 rows of three.</summary>
    static abstract ReadOnlySpan<double> Filter { get; }

    /// <summary>Bᵀ d along one axis: m + 2 vectors at x + i·xStep to as many at y + i·yStep.</summary>
    static abstract void TransformPixels<V>(float* x, nint xStep, float* y, nint yStep) where V : struct, ILanes<V>;

    /// <summary>Aᵀ p along one axis: m + 2 vectors at x + i·xStep to m at y + i·yStep.</summary>
    static abstract void TransformProducts<V>(float* x, nint xStep, float* y, nint yStep) where V : struct, ILanes<V>;

    /// <summary>Deals one row of the pixels of four neighbouring squares: the first pixel of each square to one plane, the second to the next.</summary>
    /// <param name="line">4·m + 2 pixels, and up to two more that are read.</param>
    /// <param name="planes">m + 2 times four numbers.</param>
    /// <param name="plane">From plane to plane.</param>
    static abstract void DealFour(float* line, float* planes, nint plane);
}
