using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Four rows of a product's tile, two vectors wide, all in registers.</summary>
unsafe struct Rows4<V> where V : struct, ILanes<V>
{
    V _left0, _left1, _left2, _left3, _right0, _right1, _right2, _right3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows4<V> Load(float* source, nint row)
    {
        Rows4<V> rows;
        (rows._left0, rows._right0) = (V.Load(source), V.Load(source + V.Count));
        (rows._left1, rows._right1) = (V.Load(source + row), V.Load(source + row + V.Count));
        (rows._left2, rows._right2) = (V.Load(source + (2 * row)), V.Load(source + (2 * row) + V.Count));
        (rows._left3, rows._right3) = (V.Load(source + (3 * row)), V.Load(source + (3 * row) + V.Count));
        return rows;
    }

    /// <summary>Adds one column of a times one row (left, right) of b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* a, nint row, V left, V right)
    {
        var x = V.Fill(a[0]);
        (_left0, _right0) = (V.MultiplyAdd(x, left, _left0), V.MultiplyAdd(x, right, _right0));
        x = V.Fill(a[row]);
        (_left1, _right1) = (V.MultiplyAdd(x, left, _left1), V.MultiplyAdd(x, right, _right1));
        x = V.Fill(a[2 * row]);
        (_left2, _right2) = (V.MultiplyAdd(x, left, _left2), V.MultiplyAdd(x, right, _right2));
        x = V.Fill(a[3 * row]);
        (_left3, _right3) = (V.MultiplyAdd(x, left, _left3), V.MultiplyAdd(x, right, _right3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* target, nint row)
    {
        _left0.Store(target);
        _right0.Store(target + V.Count);
        _left1.Store(target + row);
        _right1.Store(target + row + V.Count);
        _left2.Store(target + (2 * row));
        _right2.Store(target + (2 * row) + V.Count);
        _left3.Store(target + (3 * row));
        _right3.Store(target + (3 * row) + V.Count);
    }
}

/// <summary>Two rows of a tile.</summary>
unsafe struct Rows2<V> where V : struct, ILanes<V>
{
    V _left0, _left1, _right0, _right1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows2<V> Load(float* source, nint row)
    {
        Rows2<V> rows;
        (rows._left0, rows._right0) = (V.Load(source), V.Load(source + V.Count));
        (rows._left1, rows._right1) = (V.Load(source + row), V.Load(source + row + V.Count));
        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* a, nint row, V left, V right)
    {
        var x = V.Fill(a[0]);
        (_left0, _right0) = (V.MultiplyAdd(x, left, _left0), V.MultiplyAdd(x, right, _right0));
        x = V.Fill(a[row]);
        (_left1, _right1) = (V.MultiplyAdd(x, left, _left1), V.MultiplyAdd(x, right, _right1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* target, nint row)
    {
        _left0.Store(target);
        _right0.Store(target + V.Count);
        _left1.Store(target + row);
        _right1.Store(target + row + V.Count);
    }
}

/// <summary>One row of a tile.</summary>
unsafe struct Rows1<V> where V : struct, ILanes<V>
{
    V _left, _right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Rows1<V> Load(float* source)
    {
        Rows1<V> rows;
        (rows._left, rows._right) = (V.Load(source), V.Load(source + V.Count));
        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float* a, V left, V right)
    {
        var x = V.Fill(a[0]);
        (_left, _right) = (V.MultiplyAdd(x, left, _left), V.MultiplyAdd(x, right, _right));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* target)
    {
        _left.Store(target);
        _right.Store(target + V.Count);
    }
}
