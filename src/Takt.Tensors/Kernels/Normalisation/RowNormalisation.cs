using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Each row of a matrix brought to mean 0 and variance 1, then scaled and shifted column by column. A row's result depends on that row alone.</summary>
public static unsafe class RowNormalisation
{
    /// <summary>Fewer numbers than this are not worth another thread.</summary>
    const int WorthSharing = 1 << 15;

    /// <summary>y = (x − mean)·r·scale + shift, r = 1/√(variance + epsilon), the variance over all numbers of the row.</summary>
    /// <param name="x">rows × width numbers.</param>
    /// <param name="scale">One per column.</param>
    /// <param name="shift">One per column.</param>
    /// <param name="epsilon">Keeps a constant row finite.</param>
    /// <param name="y">As many as x.</param>
    /// <param name="moments">Room for mean and r of every row, side by side: the way back needs them.</param>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, float epsilon, Span<float> y, Span<float> moments)
    {
        if (x.IsEmpty) return;
        fixed (float* px = x, ps = scale, pb = shift, py = y, pm = moments) KernelPath.Run(new Forward(px, ps, pb, epsilon, py, pm, x.Length / scale.Length, scale.Length));
    }

    /// <summary>With n = (x − mean)·r and g = dy·scale: dx += r·(g − mean g − n·mean(g·n)).</summary>
    internal static void AddSlope(ReadOnlySpan<float> x, ReadOnlySpan<float> scale, ReadOnlySpan<float> moments, ReadOnlySpan<float> dy, Span<float> dx)
    {
        if (x.IsEmpty) return;
        fixed (float* px = x, ps = scale, pm = moments, pdy = dy, pdx = dx) KernelPath.Run(new Backward(px, ps, pm, pdy, pdx, x.Length / scale.Length, scale.Length));
    }

    /// <summary>dscale += Σ dy·n and dshift += Σ dy over the rows, one after the other.</summary>
    internal static void AddParameterSlopes(ReadOnlySpan<float> x, ReadOnlySpan<float> moments, ReadOnlySpan<float> dy, Span<float> dScale, Span<float> dShift)
    {
        if (x.IsEmpty) return;
        fixed (float* px = x, pm = moments, pdy = dy, ps = dScale, pb = dShift) KernelPath.Run(new ParameterSlopes(px, pm, pdy, ps, pb, x.Length / dScale.Length, dScale.Length));
    }

    static int Parts(int rows, int width) => (long)rows * width < WorthSharing ? 1 : Workers.Count;

    readonly struct Forward(float* x, float* scale, float* shift, float epsilon, float* y, float* moments, int rows, int width) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            var share = new Share<V>(this, Parts(rows, width));
            Workers.Run(Parts(rows, width), ref share);
        }

        readonly struct Share<V>(Forward all, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Rows<V>((int)((long)all.Count * part / parts), (int)((long)all.Count * (part + 1) / parts));
        }

        int Count => rows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Rows<V>(int first, int end) where V : struct, ILanes<V>
        {
            float* sums = stackalloc float[Sums.Width];
            for (int row = first; row < end; row++)
            {
                float* from = x + ((nint)row * width), to = y + ((nint)row * width);
                new Span<float>(sums, Sums.Width).Clear();
                for (int i = 0; i < width; i += V.Count)
                {
                    int here = Math.Min(V.Count, width - i);
                    Sums.Add(sums, i, Loops<V>.LoadUpTo(from + i, here), here);
                }

                float mean = Sums.Total(sums) / width;
                var middle = V.Fill(mean);
                new Span<float>(sums, Sums.Width).Clear();
                for (int i = 0; i < width; i += V.Count)
                {
                    int here = Math.Min(V.Count, width - i);
                    var difference = Loops<V>.LoadUpTo(from + i, here) - middle;
                    Sums.Add(sums, i, difference * difference, here);
                }

                float narrow = 1 / MathF.Sqrt((Sums.Total(sums) / width) + epsilon);
                var factor = V.Fill(narrow);
                (moments[2 * row], moments[(2 * row) + 1]) = (mean, narrow);
                for (int i = 0; i < width; i += V.Count)
                {
                    int here = Math.Min(V.Count, width - i);
                    var n = (Loops<V>.LoadUpTo(from + i, here) - middle) * factor;
                    Loops<V>.StoreUpTo(V.MultiplyAdd(n, Loops<V>.LoadUpTo(scale + i, here), Loops<V>.LoadUpTo(shift + i, here)), to + i, here);
                }
            }
        }
    }

    readonly struct Backward(float* x, float* scale, float* moments, float* dy, float* dx, int rows, int width) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            var share = new Share<V>(this, Parts(rows, width));
            Workers.Run(Parts(rows, width), ref share);
        }

        readonly struct Share<V>(Backward all, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Rows<V>((int)((long)all.Count * part / parts), (int)((long)all.Count * (part + 1) / parts));
        }

        int Count => rows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Rows<V>(int first, int end) where V : struct, ILanes<V>
        {
            float* sums = stackalloc float[2 * Sums.Width];
            float* products = sums + Sums.Width;
            for (int row = first; row < end; row++)
            {
                float* from = x + ((nint)row * width), gradient = dy + ((nint)row * width), target = dx + ((nint)row * width);
                V middle = V.Fill(moments[2 * row]), narrow = V.Fill(moments[(2 * row) + 1]);
                new Span<float>(sums, 2 * Sums.Width).Clear();
                for (int i = 0; i < width; i += V.Count)
                {
                    int here = Math.Min(V.Count, width - i);
                    V g = Loops<V>.LoadUpTo(gradient + i, here) * Loops<V>.LoadUpTo(scale + i, here), n = (Loops<V>.LoadUpTo(from + i, here) - middle) * narrow;
                    Sums.Add(sums, i, g, here);
                    Sums.Add(products, i, g * n, here);
                }

                V mean = V.Fill(Sums.Total(sums) / width), along = V.Fill(Sums.Total(products) / width);
                for (int i = 0; i < width; i += V.Count)
                {
                    int here = Math.Min(V.Count, width - i);
                    V g = Loops<V>.LoadUpTo(gradient + i, here) * Loops<V>.LoadUpTo(scale + i, here), n = (Loops<V>.LoadUpTo(from + i, here) - middle) * narrow;
                    Loops<V>.StoreUpTo(V.MultiplyAdd(narrow, g - mean - (n * along), Loops<V>.LoadUpTo(target + i, here)), target + i, here);
                }
            }
        }
    }

    readonly struct ParameterSlopes(float* x, float* moments, float* dy, float* dScale, float* dShift, int rows, int width) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Math.Min(Parts(rows, width), (width + 15) / 16);
            var share = new Share<V>(this, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(ParameterSlopes all, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Columns<V>(Begin(part), Begin(part + 1));

            /// <summary>A multiple of 16, so that parts share no line of the cache.</summary>
            int Begin(int part) => part == parts ? all.Width : (int)((long)all.Width * part / parts) & ~15;
        }

        int Width => width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Columns<V>(int left, int right) where V : struct, ILanes<V>
        {
            for (int row = 0; row < rows; row++)
            {
                float* from = x + ((nint)row * width), gradient = dy + ((nint)row * width);
                V middle = V.Fill(moments[2 * row]), narrow = V.Fill(moments[(2 * row) + 1]);
                for (int i = left; i < right; i += V.Count)
                {
                    int here = Math.Min(V.Count, right - i);
                    V g = Loops<V>.LoadUpTo(gradient + i, here), n = (Loops<V>.LoadUpTo(from + i, here) - middle) * narrow;
                    Loops<V>.StoreUpTo(V.MultiplyAdd(g, n, Loops<V>.LoadUpTo(dScale + i, here)), dScale + i, here);
                    Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(dShift + i, here) + g, dShift + i, here);
                }
            }
        }
    }
}
