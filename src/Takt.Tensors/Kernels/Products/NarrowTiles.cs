using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Tiles for the last columns of a product where one vector holds them: the second one of a whole tile would compute zeros. Such are the outputs of a network and the gradient of its first weights.</summary>
static unsafe class NarrowTiles<V> where V : struct, ILanes<V>
{
    /// <summary>Computes some rows of c in place, one vector wide; the meaning of the arguments is that of <see cref="Tiles{V}.Run"/>.</summary>
    public static void Run(int rows, float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k)
    {
        for (; rows >= 12; rows -= 12, a += 12 * aRow, c += 12 * cRow) Run12(a, aRow, aStep, b, bStep, c, cRow, k);
        for (; rows >= 4; rows -= 4, a += 4 * aRow, c += 4 * cRow) Run4(a, aRow, aStep, b, bStep, c, cRow, k);
        for (; rows > 0; rows--, a += aRow, c += cRow) Run1(a, aStep, b, bStep, c, k);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run12(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k)
    {
        var top = Column4<V>.Load(c, cRow);
        var middle = Column4<V>.Load(c + (4 * cRow), cRow);
        var bottom = Column4<V>.Load(c + (8 * cRow), cRow);
        float* a4 = a + (4 * aRow), a8 = a + (8 * aRow);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run4(float* a, nint aRow, nint aStep, float* b, nint bStep, float* c, nint cRow, int k)
    {
        var rows = Column4<V>.Load(c, cRow);
        for (; k > 0; k--, a += aStep, b += bStep) rows.Add(a, aRow, V.Load(b));
        rows.Store(c, cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
