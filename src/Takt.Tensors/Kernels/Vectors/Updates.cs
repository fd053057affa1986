using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>What training does to many numbers at once, one pass over the memory.</summary>
public static unsafe class Updates
{
    /// <summary>y += scale·x.</summary>
    /// <param name="scale">Factor.</param>
    /// <param name="x">Numbers.</param>
    /// <param name="y">At least as many.</param>
    public static void AddScaled(float scale, ReadOnlySpan<float> x, Span<float> y)
    {
        Fits(x.Length, y.Length);
        fixed (float* from = x, to = y) KernelPath.Run(new AddScaledKernel(scale, from, to, x.Length));
    }

    /// <summary>x *= scale.</summary>
    /// <param name="scale">Factor.</param>
    /// <param name="x">Numbers.</param>
    public static void Scale(float scale, Span<float> x)
    {
        fixed (float* values = x) KernelPath.Run(new ScaleKernel(scale, values, x.Length));
    }

    /// <summary>Σ x², in the same order on every machine: for the norm of a gradient.</summary>
    /// <param name="x">Numbers.</param>
    public static float SumOfSquares(ReadOnlySpan<float> x) => Sums.OfProducts(x, x);

    /// <summary>target[j] += Σ rows[i, j], row after row.</summary>
    internal static void AddRows(ReadOnlySpan<float> rows, Span<float> target)
    {
        fixed (float* from = rows, to = target) KernelPath.Run(new AddRowsKernel(from, to, target.Length == 0 ? 0 : rows.Length / target.Length, target.Length));
    }

    /// <summary>Row indices[i] of the target += row i, one after the other; rows are <paramref name="width"/> wide, indices below 0 count from the end.</summary>
    internal static void AddTo(ReadOnlySpan<long> indices, ReadOnlySpan<float> rows, Span<float> target, int width)
    {
        fixed (long* places = indices)
        fixed (float* from = rows, to = target)
            KernelPath.Run(new AddToKernel(places, indices.Length, from, to, width == 0 ? 0 : target.Length / width, width));
    }

    static void Fits(int needed, int there)
    {
        if (there < needed) throw new ArgumentException($"Room for {there} numbers, but {needed} come; expected at least as many. Give spans of equal length.");
    }

    readonly struct AddScaledKernel(float scale, float* x, float* y, int count) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of(count);
            var share = new Share<V>(this, count, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(AddScaledKernel all, int count, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Part<V>(EvenParts.Begin(part, parts, count), EvenParts.Begin(part + 1, parts, count));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Part<V>(int from, int end) where V : struct, ILanes<V>
        {
            var factor = V.Fill(scale);
            int i = from;
            for (; i <= end - V.Count; i += V.Count) V.MultiplyAdd(factor, V.Load(x + i), V.Load(y + i)).Store(y + i);
            if (i < end) Loops<V>.Store(V.MultiplyAdd(factor, Loops<V>.Load(x + i, end - i), Loops<V>.Load(y + i, end - i)), y + i, end - i);
        }
    }

    readonly struct ScaleKernel(float scale, float* x, int count) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            var factor = V.Fill(scale);
            for (int i = 0; i < count; i += V.Count)
            {
                int here = Math.Min(V.Count, count - i);
                Loops<V>.StoreUpTo(factor * Loops<V>.LoadUpTo(x + i, here), x + i, here);
            }
        }
    }

    readonly struct AddRowsKernel(float* rows, float* target, int count, int width) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of((long)count * width);
            var share = new Share<V>(this, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(AddRowsKernel all, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Columns<V>(EvenParts.Begin(part, parts, all.Width), EvenParts.Begin(part + 1, parts, all.Width));
        }

        int Width => width;

        void Columns<V>(int left, int right) where V : struct, ILanes<V> => RowSums<V>.Add(rows + left, width, count, target + left, right - left);
    }

    readonly struct AddToKernel(long* places, int count, float* rows, float* target, int height, int width) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of((long)count * width);
            var share = new Share<V>(this, width, parts);
            Workers.Run(parts, ref share);
        }

        /// <summary>Some of the columns of all rows: two rows may go to one place.</summary>
        readonly struct Share<V>(AddToKernel all, int width, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Columns<V>(EvenParts.Begin(part, parts, width), EvenParts.Begin(part + 1, parts, width));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Columns<V>(int left, int right) where V : struct, ILanes<V>
        {
            for (int i = 0; i < count; i++)
            {
                float* from = rows + ((nint)i * width), to = target + ((nint)(places[i] < 0 ? places[i] + height : places[i]) * width);
                int j = left;
                for (; j <= right - V.Count; j += V.Count) (V.Load(to + j) + V.Load(from + j)).Store(to + j);
                for (; j < right; j++) to[j] += from[j];
            }
        }
    }
}
