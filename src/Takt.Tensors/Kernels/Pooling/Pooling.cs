using System.Numerics;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Windows of planes to one number each. The scalar path takes a window's pixels row by row: that is the definition. On the others windows of 2×2 side by side go many at a time, and the largest of other windows a row at a time, with the same bits.</summary>
public static unsafe class Pooling
{
    /// <summary>Fewer pixels than this are not worth another thread.</summary>
    const int WorthSharing = 1 << 15;

    /// <summary>The largest pixel of every window.</summary>
    /// <param name="sizes">Sizes.</param>
    /// <param name="x">Shape [planes, height, width].</param>
    /// <param name="y">Shape [planes, result height, result width].</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static void Max(in PoolingSizes sizes, ReadOnlySpan<float> x, Span<float> y) => Run(default(Largest), sizes, x, y);

    /// <summary>The largest of every window of whole numbers, such as quantised ones.</summary>
    /// <inheritdoc cref="Max(in PoolingSizes, ReadOnlySpan{float}, Span{float})"/>
    public static void Max<T>(in PoolingSizes sizes, ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Check(sizes, x.Length, y.Length);
        if (y.IsEmpty) return;
        fixed (T* px = x, py = y)
        {
            int parts = Parts(sizes);
            var share = new LargestOfIntegers.Share<T>(sizes, px, py, parts);
            Workers.Run(parts, ref share);
        }
    }

    /// <summary>The mean of every window.</summary>
    /// <inheritdoc cref="Max(in PoolingSizes, ReadOnlySpan{float}, Span{float})"/>
    public static void Mean(in PoolingSizes sizes, ReadOnlySpan<float> x, Span<float> y) => Run(default(Average), sizes, x, y);

    internal static void Run<TPool>(TPool pool, in PoolingSizes sizes, ReadOnlySpan<float> x, Span<float> y) where TPool : struct, IPool
    {
        Check(sizes, x.Length, y.Length);
        fixed (float* px = x, py = y)
            KernelPath.Run(new Forward<TPool>(pool, sizes, px, py));
    }

    /// <summary>dx += each pixel's part of dy; with <paramref name="accumulate"/> false, dx = it.</summary>
    internal static void AddSlope<TPool>(TPool pool, in PoolingSizes sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> dy, Span<float> dx, bool accumulate) where TPool : struct, IPool
    {
        fixed (float* px = x, py = y, pdy = dy, pdx = dx)
        {
            int parts = Parts(sizes);
            var share = new Backward<TPool>(pool, sizes, px, py, pdy, pdx, accumulate, parts);
            Workers.Run(parts, ref share);
        }
    }

    static void Check(in PoolingSizes sizes, int x, int y)
    {
        if (x != sizes.Planes * sizes.ImageLength || y != sizes.Planes * sizes.ResultLength)
            throw new ShapeException("Pooling", $"{x} numbers in, {y} out", $"{sizes.Planes} planes of {sizes.Image} to {sizes.Result}", "Check the sizes.");
    }

    static int Parts(in PoolingSizes sizes) => (long)sizes.Planes * sizes.ImageLength < WorthSharing ? 1 : Math.Max(1, Math.Min(sizes.Planes, 2 * Workers.Count));

    readonly struct Forward<TPool>(TPool pool, PoolingSizes sizes, float* x, float* y) : IKernel where TPool : struct, IPool
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Parts(sizes);
            var share = new Share<TPool, V>(pool, sizes, x, y, parts);
            Workers.Run(parts, ref share);
        }
    }

    /// <summary>Some planes.</summary>
    readonly struct Share<TPool, V>(TPool pool, PoolingSizes sizes, float* x, float* y, int parts) : IWork where TPool : struct, IPool where V : struct, ILanes<V>
    {
        public void Run(int part)
        {
            int end = (int)((long)sizes.Planes * (part + 1) / parts);
            bool halves = sizes.IsHalving && V.Count > 1, byRows = typeof(TPool) == typeof(Largest) && !sizes.IsHalving && V.Count > 1 && sizes.ResultLength > 0;
            var room = byRows ? BlockPool.Rent(LargestOfRows.Room(sizes)) : null;
            for (int plane = (int)((long)sizes.Planes * part / parts); plane < end; plane++)
            {
                float* from = x + ((nint)plane * sizes.ImageLength), to = y + ((nint)plane * sizes.ResultLength);
                if (halves) Halving.Forward<TPool, V>(pool, from, sizes.Image.Width, to, sizes.Result);
                else if (room != null) LargestOfRows.Plane<V>(sizes, from, to, room.Pointer);
                else Plane(from, to);
            }

            if (room != null) BlockPool.Return(room);
        }

        void Plane(float* from, float* to)
        {
            Extent result = sizes.Result;
            for (int row = 0; row < result.Height; row++)
                for (int column = 0; column < result.Width; column++)
                {
                    var (top, bottom, left, right, count) = sizes.Window(row, column);
                    float gathered = pool.Start;
                    for (int i = top; i < bottom; i++)
                        for (int j = left; j < right; j++) gathered = pool.Add(gathered, from[(i * sizes.Image.Width) + j]);
                    *to++ = pool.Finish(gathered, count);
                }
        }
    }

    readonly struct Backward<TPool>(TPool pool, PoolingSizes sizes, float* x, float* y, float* dy, float* dx, bool accumulate, int parts) : IWork where TPool : struct, IPool
    {
        public void Run(int part)
        {
            int end = (int)((long)sizes.Planes * (part + 1) / parts);
            bool overwrites = sizes.IsHalving && sizes.Image.Height % 2 == 0 && sizes.Image.Width % 2 == 0 && !accumulate;
            for (int plane = (int)((long)sizes.Planes * part / parts); plane < end; plane++)
            {
                nint image = (nint)plane * sizes.ImageLength, result = (nint)plane * sizes.ResultLength;
                if (!accumulate && !overwrites) new Span<float>(dx + image, sizes.ImageLength).Clear();
                if (sizes.IsHalving) Halving.Backward(pool, x + image, sizes.Image.Width, y + result, dy + result, dx + image, sizes.Result, !overwrites);
                else Plane(x + image, y + result, dy + result, dx + image);
            }
        }

        void Plane(float* from, float* results, float* gradients, float* to)
        {
            Extent result = sizes.Result;
            for (int row = 0; row < result.Height; row++)
                for (int column = 0; column < result.Width; column++)
                {
                    var (top, bottom, left, right, count) = sizes.Window(row, column);
                    float value = *results++, gradient = *gradients++;
                    for (int i = top; i < bottom; i++)
                        for (int j = left; j < right; j++)
                        {
                            int at = (i * sizes.Image.Width) + j;
                            to[at] += pool.Share(from[at], value, ref gradient, count, i == bottom - 1 && j == right - 1);
                        }
                }
        }
    }
}
