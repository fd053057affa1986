using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Tiles for the last columns of a product where one vector holds them: the second one of a whole tile would compute zeros. Such are the outputs of a network and the gradient of its first weights.</summary>
static unsafe class NarrowTiles<V> where V : struct, ILanes<V>
{
    /// <summary>Computes some rows of c in place, one vector wide; the meaning of the arguments is that of <see cref="Tiles{V}.Run"/>.</summary>
    public static void Run(int rows, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k)
    {
        for (; rows >= 12; rows -= 12, a += 12 * aRow, c += 12 * cRow) Run12(a, a + (4 * aRow), a + (8 * aRow), aRow, aStep, b, bStep, c, cRow, k);
        for (; rows >= 4; rows -= 4, a += 4 * aRow, c += 4 * cRow) Run4(a, aRow, aStep, b, bStep, c, cRow, k);
        for (; rows >= 2; rows -= 2, a += 2 * aRow, c += 2 * cRow) Run2(a, aRow, aStep, b, bStep, c, cRow, k);
        if (rows > 0) Run1(a, aStep, b, bStep, c, k);
    }

    /// <summary>Twelve rows of c whose a lies in two panels of six: one alone has too few sums to hide the latency of a multiply-add.</summary>
    /// <param name="a">The first panel: six numbers side by side for each k.</param>
    /// <param name="a6">The second.</param>
    /// <param name="b">Row k at b + k·bStep.</param>
    /// <param name="bStep">From row to row of b.</param>
    /// <param name="c">In place.</param>
    /// <param name="cRow">From row to row of c.</param>
    /// <param name="k">Products in each sum.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void RunPair(float* a, float* a6, float* b, nint bStep, float* c, nint cRow, int k)
    {
        Column4<V> top = Column4<V>.Load(c, cRow), middle = Column4<V>.Load(c + (6 * cRow), cRow);
        V c4 = V.Load(c + (4 * cRow)), c5 = V.Load(c + (5 * cRow)), c10 = V.Load(c + (10 * cRow)), c11 = V.Load(c + (11 * cRow));
        for (; k > 0; k--, a += 6, a6 += 6, b += bStep)
        {
            var right = V.Load(b);
            top.Add(a, 1, right);
            (c4, c5) = (V.MultiplyAdd(V.Fill(a[4]), right, c4), V.MultiplyAdd(V.Fill(a[5]), right, c5));
            middle.Add(a6, 1, right);
            (c10, c11) = (V.MultiplyAdd(V.Fill(a6[4]), right, c10), V.MultiplyAdd(V.Fill(a6[5]), right, c11));
        }

        top.Store(c, cRow);
        c4.Store(c + (4 * cRow));
        c5.Store(c + (5 * cRow));
        middle.Store(c + (6 * cRow), cRow);
        c10.Store(c + (10 * cRow));
        c11.Store(c + (11 * cRow));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run12(float* a, float* a4, float* a8, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k)
    {
        var top = Column4<V>.Load(c, cRow);
        var middle = Column4<V>.Load(c + (4 * cRow), cRow);
        var bottom = Column4<V>.Load(c + (8 * cRow), cRow);
        for (; k > 0; k--, a += aStep, a4 += aStep, a8 += aStep, b += bStep)
        {
            var right = V.Load(b);
            top.Add(a, aRow, right);
            middle.Add(a4, aRow, right);
            bottom.Add(a8, aRow, right);
        }

        top.Store(c, cRow);
        middle.Store(c + (4 * cRow), cRow);
        bottom.Store(c + (8 * cRow), cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run4(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k)
    {
        var rows = Column4<V>.Load(c, cRow);
        for (; k > 0; k--, a += aStep, b += bStep) rows.Add(a, aRow, V.Load(b));
        rows.Store(c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run2(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k)
    {
        V upper = V.Load(c), lower = V.Load(c + cRow);
        for (; k > 0; k--, a += aStep, b += bStep)
        {
            var right = V.Load(b);
            (upper, lower) = (V.MultiplyAdd(V.Fill(a[0]), right, upper), V.MultiplyAdd(V.Fill(a[aRow]), right, lower));
        }

        upper.Store(c);
        lower.Store(c + cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run1(float* a, nint aStep, float* b, nint bStep, float* c, int k)
    {
        var row = V.Load(c);
        for (; k > 0; k--, a += aStep, b += bStep) row = V.MultiplyAdd(V.Fill(a[0]), V.Load(b), row);
        row.Store(c);
    }
}

/// <summary>Four rows of a narrow tile, one vector wide, all in registers.</summary>
unsafe struct Column4<V> where V : struct, ILanes<V>
{
    V _row0, _row1, _row2, _row3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Column4<V> Load(float* source, nint row)
    {
        Column4<V> rows;
        (rows._row0, rows._row1, rows._row2, rows._row3) = (V.Load(source), V.Load(source + row), V.Load(source + (2 * row)), V.Load(source + (3 * row)));
        return rows;
    }

    /// <summary>Adds one column of a times one row of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* a, nint row, V right)
    {
        _row0 = V.MultiplyAdd(V.Fill(a[0]), right, _row0);
        _row1 = V.MultiplyAdd(V.Fill(a[row]), right, _row1);
        _row2 = V.MultiplyAdd(V.Fill(a[2 * row]), right, _row2);
        _row3 = V.MultiplyAdd(V.Fill(a[3 * row]), right, _row3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* target, nint row)
    {
        _row0.Store(target);
        _row1.Store(target + row);
        _row2.Store(target + (2 * row));
        _row3.Store(target + (3 * row));
    }
}
