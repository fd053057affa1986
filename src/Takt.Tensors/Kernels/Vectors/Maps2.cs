using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Functions of two numbers over broadcast tensors, and their derivatives.</summary>
static unsafe class Maps2
{
    /// <summary>y = f(a, b).</summary>
    public static void Apply<TFunction>(TFunction f, in Broadcasting shapes, ReadOnlySpan<float> a, ReadOnlySpan<float> b, Span<float> y) where TFunction : struct, IFunction2
    {
        fixed (float* pa = a, pb = b, py = y) KernelPath.Run(new Forward<TFunction>(f, shapes, pa, pb, py));
    }

    /// <summary>Adds dy·∂f/∂a to da, or with <paramref name="toB"/> dy·∂f/∂b to db; where that side was stretched, summed over what it was stretched to.</summary>
    public static void AddSlope<TFunction>(TFunction f, in Broadcasting shapes, bool toB, ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> dy, Span<float> target) where TFunction : struct, IFunction2
    {
        fixed (float* pa = a, pb = b, pdy = dy, pt = target) KernelPath.Run(new Backward<TFunction>(f, shapes, toB, pa, pb, pdy, pt));
    }

    readonly struct Forward<TFunction>(TFunction f, Broadcasting shapes, float* a, float* b, float* y) : IKernel where TFunction : struct, IFunction2
    {
        /// <summary>Fewer numbers than this are not worth another thread.</summary>
        const int WorthSharing = 1 << 16;

        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = (long)shapes.RowCount * shapes.RowLength < WorthSharing ? 1 : Workers.Count;
            var share = new Share<V>(this, shapes.RowCount, shapes.RowLength, parts);
            Workers.Run(parts, ref share);
        }

        /// <summary>Some of the rows or, where there is a single one, some of its elements.</summary>
        readonly struct Share<V>(Forward<TFunction> all, int rows, int length, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part)
            {
                if (rows == 1) all.Rows<V>(0, 1, Begin(part), Begin(part + 1));
                else all.Rows<V>((int)((long)rows * part / parts), (int)((long)rows * (part + 1) / parts), 0, length);
            }

            /// <summary>A multiple of 16, so that parts share no line of the cache.</summary>
            int Begin(int part) => part == parts ? length : (int)((long)length * part / parts) & ~15;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Rows<V>(int first, int last, int from, int end) where V : struct, ILanes<V>
        {
            int length = shapes.RowLength, stepA = shapes.StepA, stepB = shapes.StepB;
            for (int row = first; row < last; row++)
            {
                var (atA, atB) = shapes.Begin(row);
                float* rowA = a + atA, rowB = b + atB, rowY = y + ((nint)row * length);
                int i = from;
                if (stepA != 0 && stepB != 0)
                    for (; i <= end - V.Count; i += V.Count) f.Value(V.Load(rowA + i), V.Load(rowB + i)).Store(rowY + i);
                for (; i < end; i += V.Count)
                {
                    int here = Math.Min(V.Count, end - i);
                    Loops<V>.StoreUpTo(f.Value(Operand<V>.Load(rowA, i, stepA, here), Operand<V>.Load(rowB, i, stepB, here)), rowY + i, here);
                }
            }
        }
    }

    readonly struct Backward<TFunction>(TFunction f, Broadcasting shapes, bool toB, float* a, float* b, float* dy, float* target) : IKernel where TFunction : struct, IFunction2
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            int length = shapes.RowLength;
            bool stretched = (toB ? shapes.StepB : shapes.StepA) == 0;
            for (int row = 0; row < shapes.RowCount; row++)
            {
                var (atA, atB) = shapes.Begin(row);
                float* rowA = a + atA, rowB = b + atB, rowDy = dy + ((nint)row * length), rowTarget = target + (toB ? atB : atA);
                if (stretched) AddSum<V>(rowA, rowB, rowDy, rowTarget, length);
                else AddEach<V>(rowA, rowB, rowDy, rowTarget, length);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void AddEach<V>(float* rowA, float* rowB, float* rowDy, float* rowTarget, int length) where V : struct, ILanes<V>
        {
            for (int i = 0; i < length; i += V.Count)
            {
                int here = Math.Min(V.Count, length - i);
                var slope = Slope(Operand<V>.Load(rowA, i, shapes.StepA, here), Operand<V>.Load(rowB, i, shapes.StepB, here));
                Loops<V>.StoreUpTo(V.MultiplyAdd(Loops<V>.LoadUpTo(rowDy + i, here), slope, Loops<V>.LoadUpTo(rowTarget + i, here)), rowTarget + i, here);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void AddSum<V>(float* rowA, float* rowB, float* rowDy, float* rowTarget, int length) where V : struct, ILanes<V>
        {
            float* sums = stackalloc float[Sums.Width];
            for (int i = 0; i < length; i += V.Count)
            {
                int here = Math.Min(V.Count, length - i);
                var slope = Slope(Operand<V>.Load(rowA, i, shapes.StepA, here), Operand<V>.Load(rowB, i, shapes.StepB, here));
                Sums.Add(sums, i, Loops<V>.LoadUpTo(rowDy + i, here) * slope, here);
            }

            *rowTarget += Sums.Total(sums);
        }

        V Slope<V>(V a, V b) where V : struct, ILanes<V> => toB ? f.SlopeB(a, b) : f.SlopeA(a, b);
    }

    /// <summary>One side of a row: its elements, or the one that stretches.</summary>
    static class Operand<V> where V : struct, ILanes<V>
    {
        public static V Load(float* row, int at, int step, int count) => step == 0 ? V.Fill(*row) : Loops<V>.LoadUpTo(row + at, count);
    }
}
