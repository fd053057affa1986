using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Root-mean-square norm of every row by itself.</summary>
public static unsafe class RmsNormKernel
{
    /// <summary>Fewer numbers than this are not worth another thread.</summary>
    const int WorthSharing = 1 << 15;

    /// <summary>y = x·spread·weight with spread = 1/√(mean x² + ε), row by row; within 3e-7 of the larger of y and 1.</summary>
    /// <param name="x">Shape [rows, width].</param>
    /// <param name="weight">One number per column.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="spread">Gets one number per row.</param>
    /// <param name="y">As many as x.</param>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float epsilon, Span<float> spread, Span<float> y)
    {
        if (x.Length != (long)spread.Length * weight.Length || y.Length < x.Length)
            throw new ShapeException("RmsNorm", $"{x.Length} numbers in {spread.Length} rows of {weight.Length}, room for {y.Length}", "rows times width, and room for as many numbers", "Check rows and width.");
        fixed (float* px = x, pw = weight, ps = spread, py = y)
            KernelPath.Run(new ApplyKernel(px, pw, epsilon, ps, py, spread.Length, weight.Length));
    }

    /// <summary>dx += spread·(g − x·spread²·Σ g·x/n) with g = dy·weight.</summary>
    internal static void AddSlope(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> dy, ReadOnlySpan<float> spread, Span<float> dx)
    {
        fixed (float* px = x, pw = weight, pdy = dy, ps = spread, pdx = dx)
            KernelPath.Run(new SlopeKernel(px, pw, pdy, ps, pdx, spread.Length, weight.Length));
    }

    /// <summary>dweight[j] += Σ over rows of dy·x·spread, row after row.</summary>
    internal static void AddWeightSlope(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, ReadOnlySpan<float> spread, Span<float> dweight)
    {
        fixed (float* px = x, pdy = dy, ps = spread, pdw = dweight) KernelPath.Run(new WeightKernel(px, pdy, ps, pdw, spread.Length, dweight.Length));
    }

    static int Parts(int rows, int width) => (long)rows * width < WorthSharing ? 1 : Math.Min(rows, 2 * Workers.Count);

    readonly struct ApplyKernel(float* x, float* weight, float epsilon, float* spread, float* y, int rows, int width) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Parts(rows, width);
            var share = new Share<V>(x, weight, epsilon, spread, y, rows, width, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(float* x, float* weight, float epsilon, float* spread, float* y, int rows, int width, int parts) : IWork where V : struct, ILanes<V>
        {
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public void Run(int part)
            {
                int end = (int)((long)rows * (part + 1) / parts);
                for (int row = (int)((long)rows * part / parts); row < end; row++)
                {
                    float* from = x + ((nint)row * width), to = y + ((nint)row * width);
                    spread[row] = 1 / MathF.Sqrt((RunningSums<V>.Of(new DeviationTimes(0), from, from, width) / width) + epsilon);
                    V scale = V.Fill(spread[row]);
                    for (int i = 0; i < width; i += V.Count)
                    {
                        int here = Math.Min(V.Count, width - i);
                        Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(from + i, here) * scale * Loops<V>.LoadUpTo(weight + i, here), to + i, here);
                    }
                }
            }
        }
    }

    readonly struct SlopeKernel(float* x, float* weight, float* dy, float* spread, float* dx, int rows, int width) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Parts(rows, width);
            var share = new Share<V>(x, weight, dy, spread, dx, rows, width, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(float* x, float* weight, float* dy, float* spread, float* dx, int rows, int width, int parts) : IWork where V : struct, ILanes<V>
        {
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public void Run(int part)
            {
                var products = BlockPool.Rent(width);
                float* g = products.Pointer;
                int end = (int)((long)rows * (part + 1) / parts);
                for (int row = (int)((long)rows * part / parts); row < end; row++)
                {
                    nint start = (nint)row * width;
                    for (int i = 0; i < width; i += V.Count)
                    {
                        int here = Math.Min(V.Count, width - i);
                        Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(dy + start + i, here) * Loops<V>.LoadUpTo(weight + i, here), g + i, here);
                    }

                    float inverse = spread[row], product = RunningSums<V>.Of(new DeviationTimes(0), x + start, g, width) / width;
                    V scale = V.Fill(inverse), tilt = V.Fill(-inverse * inverse * inverse * product);
                    for (int i = 0; i < width; i += V.Count)
                    {
                        int here = Math.Min(V.Count, width - i);
                        var value = V.MultiplyAdd(scale, Loops<V>.LoadUpTo(g + i, here), tilt * Loops<V>.LoadUpTo(x + start + i, here));
                        Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(dx + start + i, here) + value, dx + start + i, here);
                    }
                }

                BlockPool.Return(products);
            }
        }
    }

    readonly struct WeightKernel(float* x, float* dy, float* spread, float* dweight, int rows, int width) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            for (int row = 0; row < rows; row++)
            {
                nint start = (nint)row * width;
                var scale = V.Fill(spread[row]);
                for (int i = 0; i < width; i += V.Count)
                {
                    int here = Math.Min(V.Count, width - i);
                    var normal = Loops<V>.LoadUpTo(x + start + i, here) * scale;
                    Loops<V>.StoreUpTo(V.MultiplyAdd(Loops<V>.LoadUpTo(dy + start + i, here), normal, Loops<V>.LoadUpTo(dweight + i, here)), dweight + i, here);
                }
            }
        }
    }
}
