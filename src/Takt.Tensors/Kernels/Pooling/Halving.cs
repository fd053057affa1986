using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>Pooling of 2×2 pixels side by side: many windows at a time, their pixels parted into even and odd columns.</summary>
static unsafe class Halving
{
    /// <summary>One plane.</summary>
    /// <param name="pool">Kind of pooling.</param>
    /// <param name="x">The plane.</param>
    /// <param name="width">From row to row of it.</param>
    /// <param name="y">The result.</param>
    /// <param name="result">Its height and width.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Forward<TPool, V>(TPool pool, float* x, int width, float* y, Extent result) where TPool : struct, IPool where V : struct, ILanes<V>
    {
        if (result.Width < V.Count && V.Count > 1)
        {
            if (result.Width >= Lanes4.Count && V.Count > Lanes4.Count) Forward<TPool, Lanes4>(pool, x, width, y, result);
            else Forward<TPool, Lanes1>(pool, x, width, y, result);
            return;
        }

        for (int row = 0; row < result.Height; row++, y += result.Width)
        {
            float* above = x + ((nint)2 * row * width), below = above + width;
            int column = 0;
            for (; column <= result.Width - V.Count; column += V.Count) Windows<TPool, V>(pool, above, below, column, y);
            if (column < result.Width) Windows<TPool, V>(pool, above, below, result.Width - V.Count, y);   // some a second time
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Windows<TPool, V>(TPool pool, float* above, float* below, int column, float* y) where TPool : struct, IPool where V : struct, ILanes<V>
    {
        int at = 2 * column;
        pool.Halve(V.Load(above + at), V.Load(above + at + V.Count), V.Load(below + at), V.Load(below + at + V.Count)).Store(y + column);
    }

    /// <summary>One plane's gradient, added or written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward<TPool>(TPool pool, float* x, int width, float* y, float* dy, float* dx, Extent result, bool add) where TPool : struct, IPool
    {
        for (int row = 0; row < result.Height; row++, y += result.Width, dy += result.Width)
        {
            nint top = (nint)2 * row * width;
            float* above = x + top, below = above + width, toAbove = dx + top, toBelow = toAbove + width;
            int column = 0;
            for (; column <= result.Width - 4; column += 4)
            {
                int at = 2 * column;
                var (a, b) = Part(above + at);
                var (c, d) = Part(below + at);
                Vector128<float> value = Vector128.Load(y + column), gradient = Vector128.Load(dy + column);
                a = pool.Share(a, value, ref gradient, isLast: false);
                b = pool.Share(b, value, ref gradient, isLast: false);
                c = pool.Share(c, value, ref gradient, isLast: false);
                d = pool.Share(d, value, ref gradient, isLast: true);
                Join(a, b, toAbove + at, add);
                Join(c, d, toBelow + at, add);
            }

            for (; column < result.Width; column++)
            {
                int at = 2 * column;
                float gradient = dy[column];
                Put(toAbove + at, pool.Share(above[at], y[column], ref gradient, 4, isLast: false), add);
                Put(toAbove + at + 1, pool.Share(above[at + 1], y[column], ref gradient, 4, isLast: false), add);
                Put(toBelow + at, pool.Share(below[at], y[column], ref gradient, 4, isLast: false), add);
                Put(toBelow + at + 1, pool.Share(below[at + 1], y[column], ref gradient, 4, isLast: true), add);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector128<float> Even, Vector128<float> Odd) Part(float* source)
    {
        Vector128<float> first = Vector128.Load(source), second = Vector128.Load(source + 4);
        return (Transposition.Even(first, second), Transposition.Odd(first, second));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Join(Vector128<float> even, Vector128<float> odd, float* target, bool add)
    {
        Vector128<float> first = Transposition.ZipLow(even, odd), second = Transposition.ZipHigh(even, odd);
        if (add)
        {
            first += Vector128.Load(target);
            second += Vector128.Load(target + 4);
        }

        first.Store(target);
        second.Store(target + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(float* target, float value, bool add) => *target = add ? *target + value : value;
}
