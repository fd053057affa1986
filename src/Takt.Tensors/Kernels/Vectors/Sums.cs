using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>Sums in a fixed order: sixteen running sums (element i goes to sum i mod 16) folded in halves. The same bits whatever the width of the lanes, and a smaller error than one running sum.</summary>
static unsafe class Sums
{
    /// <summary>How many running sums there are: the widest vector.</summary>
    public const int Width = 16;

    /// <summary>Adds the first <paramref name="count"/> elements of a vector that stands at position <paramref name="at"/>, a multiple of its width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add<V>(float* sums, int at, V terms, int count) where V : struct, ILanes<V>
    {
        float* target = sums + (at & (Width - 1));
        if (count == V.Count) (V.Load(target) + terms).Store(target);
        else AddFirst(target, terms, count);
    }

    /// <summary>Folds the running sums in halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total(float* sums)
    {
        var four = Vector128.Load(sums) + Vector128.Load(sums + 8) + (Vector128.Load(sums + 4) + Vector128.Load(sums + 12));
        return four[0] + four[2] + (four[1] + four[3]);
    }

    /// <summary>The sum of sixteen running sums that are lanes of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Total<W>(W sums, float* room) where W : struct, ILanes<W>
    {
        sums.Store(room);
        return Total(room);
    }

    static void AddFirst<V>(float* target, V terms, int count) where V : struct, ILanes<V>
    {
        float* whole = stackalloc float[V.Count];
        terms.Store(whole);
        for (int i = 0; i < count; i++) target[i] += whole[i];   // what lies beyond the end is not a term, and might not be finite
    }

    /// <summary>Σ x.</summary>
    public static float Of(ReadOnlySpan<float> x)
    {
        float total;
        fixed (float* values = x) KernelPath.RunSixteen(new SumKernel(values, null, x.Length, &total));
        return total;
    }

    /// <summary>Σ x·y.</summary>
    public static float OfProducts(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        float total;
        fixed (float* left = x, right = y) KernelPath.RunSixteen(new SumKernel(left, right, x.Length, &total));
        return total;
    }

    readonly struct SumKernel(float* x, float* y, int count, float* total) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<W>() where W : struct, ILanes<W>
        {
            float* room = stackalloc float[Width];
            var sums = W.Fill(0);
            int i = 0;
            if (y == null)
                for (; i <= count - Width; i += Width) sums += W.Load(x + i);
            else
                for (; i <= count - Width; i += Width) sums += W.Load(x + i) * W.Load(y + i);
            if (i < count) sums += y == null ? Loops<W>.Load(x + i, count - i, 0, room) : Loops<W>.Load(x + i, count - i, 0, room) * Loops<W>.Load(y + i, count - i, 0, room);
            *total = Total(sums, room);
        }
    }
}
