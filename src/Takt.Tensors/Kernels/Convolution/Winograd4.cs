using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>F(4 × 4, 3 × 3), interpolated at 0, ±1, ±2 and ∞: a quarter of the multiplications.</summary>
readonly unsafe struct Winograd4 : IWinograd
{
    public static int Outputs => 4;

    public static ReadOnlySpan<double> Filter =>
    [
        1 / 4.0, 0, 0,
        -1 / 6.0, -1 / 6.0, -1 / 6.0,
        -1 / 6.0, 1 / 6.0, -1 / 6.0,
        1 / 24.0, 1 / 12.0, 1 / 6.0,
        1 / 24.0, -1 / 12.0, 1 / 6.0,
        0, 0, 1,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformPixels<V>(float* x, nint xStep, float* y, nint yStep) where V : struct, ILanes<V>
    {
        V x0 = V.Load(x), x1 = V.Load(x + xStep), x2 = V.Load(x + (2 * xStep)), x3 = V.Load(x + (3 * xStep)), x4 = V.Load(x + (4 * xStep)), x5 = V.Load(x + (5 * xStep));
        V four = V.Fill(4), five = V.Fill(-5), two = V.Fill(2);
        V even = V.MultiplyAdd(-four, x2, x4), odd = V.MultiplyAdd(-four, x1, x3), narrow = x4 - x2, wide = two * (x3 - x1);
        V.MultiplyAdd(four, x0, V.MultiplyAdd(five, x2, x4)).Store(y);
        (even + odd).Store(y + yStep);
        (even - odd).Store(y + (2 * yStep));
        (narrow + wide).Store(y + (3 * yStep));
        (narrow - wide).Store(y + (4 * yStep));
        V.MultiplyAdd(four, x1, V.MultiplyAdd(five, x3, x5)).Store(y + (5 * yStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformProducts<V>(float* x, nint xStep, float* y, nint yStep) where V : struct, ILanes<V>
    {
        V x1 = V.Load(x + xStep), x2 = V.Load(x + (2 * xStep)), x3 = V.Load(x + (3 * xStep)), x4 = V.Load(x + (4 * xStep));
        V sum = x1 + x2, difference = x1 - x2, wideSum = x3 + x4, wideDifference = x3 - x4;
        (V.Load(x) + sum + wideSum).Store(y);
        V.MultiplyAdd(V.Fill(2), wideDifference, difference).Store(y + yStep);
        V.MultiplyAdd(V.Fill(4), wideSum, sum).Store(y + (2 * yStep));
        (V.MultiplyAdd(V.Fill(8), wideDifference, difference) + V.Load(x + (5 * xStep))).Store(y + (3 * yStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void DealFour(float* line, float* planes, nint plane)
    {
        Transposition.Turn4(line, 4, planes, plane);
        Vector128<float> first = Vector128.Load(line + 4), second = Vector128.Load(line + 8), third = Vector128.Load(line + 12), last = Vector128.Load(line + 16);
        Vector128<float> left = Transposition.ZipLow(first, second), right = Transposition.ZipLow(third, last);
        Transposition.JoinLower(left, right).Store(planes + (4 * plane));
        Transposition.JoinUpper(left, right).Store(planes + (5 * plane));
    }
}
