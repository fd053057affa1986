using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Two vectors seen as one of twice the lanes. Sums over a row keep sixteen running sums on every path (<see cref="KernelPath.RunSixteen"/>), in registers where the path has any.</summary>
readonly unsafe struct Twice<V>(V low, V high) : ILanes<Twice<V>> where V : struct, ILanes<V>
{
    readonly V _low = low, _high = high;

    public static int Count => 2 * V.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Load(float* source) => new(V.Load(source), V.Load(source + V.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Fill(float value) => new(V.Fill(value), V.Fill(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target)
    {
        _low.Store(target);
        _high.Store(target + V.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator +(Twice<V> a, Twice<V> b) => new(a._low + b._low, a._high + b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator -(Twice<V> a, Twice<V> b) => new(a._low - b._low, a._high - b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator *(Twice<V> a, Twice<V> b) => new(a._low * b._low, a._high * b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator /(Twice<V> a, Twice<V> b) => new(a._low / b._low, a._high / b._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> operator -(Twice<V> a) => new(-a._low, -a._high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> MultiplyAdd(Twice<V> a, Twice<V> b, Twice<V> c) => new(V.MultiplyAdd(a._low, b._low, c._low), V.MultiplyAdd(a._high, b._high, c._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> AtMost(Twice<V> x, Twice<V> bound) => new(V.AtMost(x._low, bound._low), V.AtMost(x._high, bound._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> AtLeast(Twice<V> x, Twice<V> bound) => new(V.AtLeast(x._low, bound._low), V.AtLeast(x._high, bound._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Largest(Twice<V> a, Twice<V> b) => new(V.Largest(a._low, b._low), V.Largest(a._high, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Even(Twice<V> a, Twice<V> b) => new(V.Even(a._low, a._high), V.Even(b._low, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Odd(Twice<V> a, Twice<V> b) => new(V.Odd(a._low, a._high), V.Odd(b._low, b._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> WhereGreater(Twice<V> a, Twice<V> b, Twice<V> then, Twice<V> otherwise) =>
        new(V.WhereGreater(a._low, b._low, then._low, otherwise._low), V.WhereGreater(a._high, b._high, then._high, otherwise._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Abs(Twice<V> x) => new(V.Abs(x._low), V.Abs(x._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Sqrt(Twice<V> x) => new(V.Sqrt(x._low), V.Sqrt(x._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> Round(Twice<V> x) => new(V.Round(x._low), V.Round(x._high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Twice<V> PowerOfTwo(Twice<V> n) => new(V.PowerOfTwo(n._low), V.PowerOfTwo(n._high));
}
