using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>F(2 × 2, 3 × 3), interpolated at 0, ±1 and ∞: four ninths of the multiplications, for images too small for larger squares.</summary>
readonly unsafe struct Winograd2 : IWinograd
{
    public static int Outputs => 2;

    public static ReadOnlySpan<double> Filter =>
    [
        1, 0, 0,
        0.5, 0.5, 0.5,
        0.5, -0.5, 0.5,
        0, 0, 1,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformPixels<V>(float* x, nint xStep, float* y, nint yStep) where V : struct, ILanes<V>
    {
        V x0 = V.Load(x), x1 = V.Load(x + xStep), x2 = V.Load(x + (2 * xStep)), x3 = V.Load(x + (3 * xStep));
        (x0 - x2).Store(y);
        (x1 + x2).Store(y + yStep);
        (x2 - x1).Store(y + (2 * yStep));
        (x3 - x1).Store(y + (3 * yStep));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TransformProducts<V>(float* x, nint xStep, float* y, nint yStep) where V : struct, ILanes<V>
    {
        V x1 = V.Load(x + xStep), x2 = V.Load(x + (2 * xStep));
        (V.Load(x) + x1 + x2).Store(y);
        (x1 - x2 + V.Load(x + (3 * xStep))).Store(y + yStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void DealFour(float* line, float* planes, nint plane)
    {
        Vector128<float> left = Vector128.Load(line), right = Vector128.Load(line + 4), nextLeft = Vector128.Load(line + 2), nextRight = Vector128.Load(line + 6);
        Transposition.Even(left, right).Store(planes);
        Transposition.Odd(left, right).Store(planes + plane);
        Transposition.Even(nextLeft, nextRight).Store(planes + (2 * plane));
        Transposition.Odd(nextLeft, nextRight).Store(planes + (3 * plane));
    }
}
