namespace Takt.Tensors.Kernels;

/// <summary>Filters for Winograd's way: for each of the (m + 2)² points a matrix [outputs, inputs] in panels.</summary>
static unsafe class WinogradFilters<TWay> where TWay : struct, IWinograd
{
    /// <summary>Pixels, and points, along one side of a square.</summary>
    public static int Side => TWay.Outputs + 2;

    /// <summary>Points.</summary>
    public static int Points => Side * Side;

    /// <summary>How many floats they take.</summary>
    public static int Length<V>(in ConvolutionSizes sizes) where V : struct, ILanes<V> => checked(Points * FilterPanels<V>.Length(sizes.Outputs, sizes.Inputs));

    /// <summary>G w Gᵀ, computed in double precision, and packed.</summary>
    public static void Pack<V>(in ConvolutionSizes sizes, float* weight, float* target) where V : struct, ILanes<V>
    {
        int count = sizes.Outputs * sizes.Inputs, side = Side;
        var transformed = BlockPool.Rent(Points * count);
        double* half = stackalloc double[side * 3];
        var filter = TWay.Filter;
        for (int at = 0; at < count; at++, weight += 9)
        {
            for (int i = 0; i < side; i++)
                for (int column = 0; column < 3; column++)
                    half[(i * 3) + column] = (filter[i * 3] * weight[column]) + (filter[(i * 3) + 1] * weight[3 + column]) + (filter[(i * 3) + 2] * weight[6 + column]);
            for (int i = 0; i < side; i++)
                for (int j = 0; j < side; j++)
                    transformed.Pointer[((nint)((i * side) + j) * count) + at] = (float)((half[i * 3] * filter[j * 3]) + (half[(i * 3) + 1] * filter[(j * 3) + 1]) + (half[(i * 3) + 2] * filter[(j * 3) + 2]));
        }

        for (int point = 0; point < Points; point++)
            FilterPanels<V>.Pack(transformed.Pointer + ((nint)point * count), sizes.Outputs, sizes.Inputs, target + ((nint)point * FilterPanels<V>.Length(sizes.Outputs, sizes.Inputs)));
        BlockPool.Return(transformed);
    }
}
