using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>What becomes of the pixels of a window, and where the gradient goes back to.</summary>
interface IPool
{
    /// <summary>What a window starts with.</summary>
    float Start { get; }

    /// <summary>Takes one more pixel in.</summary>
    float Add(float gathered, float pixel);

    /// <summary>The result of a window of so many pixels.</summary>
    float Finish(float gathered, int count);

    /// <summary>The results of windows of 2×2 side by side: two vectors of the upper row, and the two below them.</summary>
    V Halve<V>(V left, V right, V lowerLeft, V lowerRight) where V : struct, ILanes<V>;

    /// <summary>The pixel's part of what is left of a window's gradient; the last pixel of a window gets what is left if nobody else did.</summary>
    float Share(float pixel, float y, ref float dy, int count, bool isLast);

    /// <summary>The same for four windows of four pixels.</summary>
    Vector128<float> Share(Vector128<float> pixels, Vector128<float> y, ref Vector128<float> dy, bool isLast);
}

/// <summary>The largest pixel; the gradient goes to the first that is as large. Not a number stays so.</summary>
readonly struct Largest : IPool
{
    public float Start => float.NegativeInfinity;

    public float Add(float gathered, float pixel) => Lanes1.Larger(gathered, pixel);

    public float Finish(float gathered, int count) => gathered;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Halve<V>(V left, V right, V lowerLeft, V lowerRight) where V : struct, ILanes<V>
    {
        (left, right) = (V.Largest(left, lowerLeft), V.Largest(right, lowerRight));
        return V.Largest(V.Even(left, right), V.Odd(left, right));
    }

    public float Share(float pixel, float y, ref float dy, int count, bool isLast)
    {
        if (!isLast && pixel != y) return 0;
        float share = dy;
        dy = 0;
        return share;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<float> Share(Vector128<float> pixels, Vector128<float> y, ref Vector128<float> dy, bool isLast)
    {
        if (isLast) return dy;
        var mask = Vector128.Equals(pixels, y);
        var share = mask & dy;
        dy = Vector128.AndNot(dy, mask);
        return share;
    }
}

/// <summary>The mean of the pixels; each gets the same part of the gradient.</summary>
readonly struct Average : IPool
{
    public float Start => 0;

    public float Add(float gathered, float pixel) => gathered + pixel;

    public float Finish(float gathered, int count) => gathered / count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Halve<V>(V left, V right, V lowerLeft, V lowerRight) where V : struct, ILanes<V> =>
        (V.Fill(0) + V.Even(left, right) + V.Odd(left, right) + V.Even(lowerLeft, lowerRight) + V.Odd(lowerLeft, lowerRight)) * V.Fill(0.25f);

    public float Share(float pixel, float y, ref float dy, int count, bool isLast) => dy / count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<float> Share(Vector128<float> pixels, Vector128<float> y, ref Vector128<float> dy, bool isLast) => dy * Vector128.Create(0.25f);
}
