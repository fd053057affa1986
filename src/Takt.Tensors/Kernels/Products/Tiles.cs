using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>The innermost loops of a product: a tile of c stays in registers while k runs. A tile is two vectors wide and as high as the registers allow.</summary>
/// <remarks>Both sides are read where they lie: element (i, k) of a at <c>a[i·aRow + k·aStep]</c>, row k of b at <c>b[k·bStep]</c>. The tile begins with what is at
/// <c>start[i·startRow]</c>: the target itself, or with a row distance of 0 the bias or zeros.
/// No loop is compiled into its caller: there its sums would compete for the compiler's budget of inlined calls, and end up in memory.</remarks>
static unsafe class Tiles<V> where V : struct, ILanes<V>
{
    /// <summary>How wide a tile is.</summary>
    public static int Width => 2 * V.Count;

    /// <summary>How high the largest tile is: 24 sums, 2 vectors of b and 1 of a fill 27 of 32 registers (AVX-512, NEON); where there are 16, twelve sums and three fill 15.</summary>
    public static int Height => V.Count == 16 || !Vector256.IsHardwareAccelerated ? 12 : 6;

    /// <summary>Computes some rows of c, at most <see cref="Width"/> columns wide, from the largest tiles down.</summary>
    public static void Run(int rows, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* start, nint startRow, int k, nint aTile = 0)
    {
        while (rows > 0)
        {
            int height = rows >= Height ? Height : rows switch { >= 8 => 8, >= 6 => 6, >= 4 => 4, >= 2 => 2, _ => 1 };
            switch (height)
            {
                case 12: Run12(a, aRow, aStep, b, bStep, c, cRow, start, startRow, k); break;
                case 8: Run8(a, aRow, aStep, b, bStep, c, cRow, start, startRow, k); break;
                case 6: Run6(a, aRow, aStep, b, bStep, c, cRow, start, startRow, k); break;
                case 4: Run4(a, aRow, aStep, b, bStep, c, cRow, start, startRow, k); break;
                case 2: Run2(a, aRow, aStep, b, bStep, c, cRow, start, startRow, k); break;
                default: Run1(a, aStep, b, bStep, c, start, k); break;
            }

            a += height == Height && aTile != 0 ? aTile : height * aRow;
            c += height * cRow;
            start += height * startRow;
            rows -= height;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run12(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* start, nint startRow, int k)
    {
        var top = Rows4<V>.Load(start, startRow);
        var middle = Rows4<V>.Load(start + (4 * startRow), startRow);
        var bottom = Rows4<V>.Load(start + (8 * startRow), startRow);
        float* a4 = a + (4 * aRow), a8 = a + (8 * aRow);
        for (; k > 0; k--, a += aStep, a4 += aStep, a8 += aStep, b += bStep)
        {
            V left = V.Load(b), right = V.Load(b + V.Count);
            top.Add(a, aRow, left, right);
            middle.Add(a4, aRow, left, right);
            bottom.Add(a8, aRow, left, right);
        }

        top.Store(c, cRow);
        middle.Store(c + (4 * cRow), cRow);
        bottom.Store(c + (8 * cRow), cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run8(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* start, nint startRow, int k)
    {
        var top = Rows4<V>.Load(start, startRow);
        var bottom = Rows4<V>.Load(start + (4 * startRow), startRow);
        float* a4 = a + (4 * aRow);
        for (; k > 0; k--, a += aStep, a4 += aStep, b += bStep)
        {
            V left = V.Load(b), right = V.Load(b + V.Count);
            top.Add(a, aRow, left, right);
            bottom.Add(a4, aRow, left, right);
        }

        top.Store(c, cRow);
        bottom.Store(c + (4 * cRow), cRow);
    }

    /// <summary>Twelve sums leave the processor 36 places for instructions while its units multiply; one step of the plain loop needs 35. So k is walked some steps at a time, which costs 29.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run6(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* start, nint startRow, int k)
    {
        var top = Rows4<V>.Load(start, startRow);
        var bottom = Rows2<V>.Load(start + (4 * startRow), startRow);
        float* a4 = a + (4 * aRow);
        if (aStep == 1)
            for (; k >= 4; k -= 4, a += 4, a4 += 4, b += 4 * bStep)
            {
                Add6(ref top, ref bottom, a, a4, aRow, b);
                Add6(ref top, ref bottom, a + 1, a4 + 1, aRow, b + bStep);
                Add6(ref top, ref bottom, a + 2, a4 + 2, aRow, b + (2 * bStep));
                Add6(ref top, ref bottom, a + 3, a4 + 3, aRow, b + (3 * bStep));
            }
        else if (aRow == 1)
            for (; k >= 2; k -= 2, a += 2 * aStep, a4 += 2 * aStep, b += 2 * bStep)
            {
                Add6(ref top, ref bottom, a, a + 4, 1, b);
                Add6(ref top, ref bottom, a + aStep, a + aStep + 4, 1, b + bStep);
            }

        for (; k > 0; k--, a += aStep, a4 += aStep, b += bStep) Add6(ref top, ref bottom, a, a4, aRow, b);
        top.Store(c, cRow);
        bottom.Store(c + (4 * cRow), cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Add6(ref Rows4<V> top, ref Rows2<V> bottom, float* a, float* a4, nint aRow, float* b)
    {
        V left = V.Load(b), right = V.Load(b + V.Count);
        top.Add(a, aRow, left, right);
        bottom.Add(a4, aRow, left, right);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run4(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* start, nint startRow, int k)
    {
        var rows = Rows4<V>.Load(start, startRow);
        for (; k > 0; k--, a += aStep, b += bStep) rows.Add(a, aRow, V.Load(b), V.Load(b + V.Count));
        rows.Store(c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run2(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, float* start, nint startRow, int k)
    {
        var rows = Rows2<V>.Load(start, startRow);
        for (; k > 0; k--, a += aStep, b += bStep) rows.Add(a, aRow, V.Load(b), V.Load(b + V.Count));
        rows.Store(c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run1(float* a, nint aStep, float* b, nint bStep, float* c, float* start, int k)
    {
        var row = Rows1<V>.Load(start);
        for (; k > 0; k--, a += aStep, b += bStep) row.Add(a, V.Load(b), V.Load(b + V.Count));
        row.Store(c);
    }
}
