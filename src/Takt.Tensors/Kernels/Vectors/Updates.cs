using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>How one step of Adam moves: its rates and corrections for this step.</summary>
/// <param name="Rate">Step length.</param>
/// <param name="Beta1">How much of the first moment stays.</param>
/// <param name="Beta2">How much of the second moment stays.</param>
/// <param name="Epsilon">Added to the root of the second moment.</param>
/// <param name="Correction1">1 − Beta1ᵗ at step t (from 1).</param>
/// <param name="Correction2">1 − Beta2ᵗ at step t.</param>
/// <param name="Decay">Decoupled weight decay: each parameter also loses Rate·Decay of itself (AdamW); 0 for plain Adam.</param>
public readonly record struct AdamStep(float Rate, float Beta1, float Beta2, float Epsilon, float Correction1, float Correction2, float Decay = 0);

/// <summary>What optimisers do to many parameters at once, one pass over the memory.</summary>
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

    /// <summary>One step of Adam (Kingma and Ba 2015, arXiv:1412.6980) or, with a decay, AdamW (Loshchilov and Hutter 2019, arXiv:1711.05101): m and v move toward g and g²; w −= rate·(m/c₁)/(√(v/c₂) + ε).</summary>
    /// <param name="step">Rates and corrections.</param>
    /// <param name="gradient">g.</param>
    /// <param name="first">m, as many; starts as zeros.</param>
    /// <param name="second">v, as many; starts as zeros.</param>
    /// <param name="parameters">w, as many.</param>
    public static void Adam(AdamStep step, ReadOnlySpan<float> gradient, Span<float> first, Span<float> second, Span<float> parameters)
    {
        Fits(gradient.Length, Math.Min(first.Length, Math.Min(second.Length, parameters.Length)));
        fixed (float* g = gradient, m = first, v = second, w = parameters) KernelPath.Run(new AdamKernel(step, g, m, v, w, gradient.Length));
    }

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

    readonly struct AdamKernel(AdamStep step, float* gradient, float* first, float* second, float* parameters, int count) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of(2L * count);
            var share = new Share<V>(this, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(AdamKernel all, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Part<V>(EvenParts.Begin(part, parts, all.Count), EvenParts.Begin(part + 1, parts, all.Count));
        }

        int Count => count;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Part<V>(int from, int end) where V : struct, ILanes<V>
        {
            var one = new AdamStep<V>(step);
            float* g = gradient, m = first, v = second, w = parameters;   // beside the fields, which every store might change
            int i = from;
            for (; i <= end - V.Count; i += V.Count)
            {
                V mean = V.Load(m + i), square = V.Load(v + i), weights = V.Load(w + i);
                one.Take(V.Load(g + i), ref mean, ref square, ref weights);
                mean.Store(m + i);
                square.Store(v + i);
                weights.Store(w + i);
            }

            if (i < end)
            {
                int rest = end - i;
                V mean = Loops<V>.Load(m + i, rest), square = Loops<V>.Load(v + i, rest), weights = Loops<V>.Load(w + i, rest);
                one.Take(Loops<V>.Load(g + i, rest), ref mean, ref square, ref weights);
                Loops<V>.Store(mean, m + i, rest);
                Loops<V>.Store(square, v + i, rest);
                Loops<V>.Store(weights, w + i, rest);
            }
        }
    }

    /// <summary>The step of as many weights as a vector has lanes.</summary>
    readonly struct AdamStep<V>(AdamStep step) where V : struct, ILanes<V>
    {
        readonly V _keep1 = V.Fill(step.Beta1), _add1 = V.Fill(1 - step.Beta1), _keep2 = V.Fill(step.Beta2), _add2 = V.Fill(1 - step.Beta2);
        readonly V _move = V.Fill(-step.Rate / step.Correction1), _spread = V.Fill(1 / MathF.Sqrt(step.Correction2)), _epsilon = V.Fill(step.Epsilon), _stay = V.Fill(1 - (step.Rate * step.Decay));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(V g, ref V m, ref V v, ref V w)
        {
            m = V.MultiplyAdd(_keep1, m, _add1 * g);
            v = V.MultiplyAdd(_keep2, v, _add2 * g * g);
            w = V.MultiplyAdd(_move, m / V.MultiplyAdd(V.Sqrt(v), _spread, _epsilon), _stay * w);
        }
    }
}
