using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Transcendental functions from additions, multiplications and one division, the same bits on every machine. Errors are against the double result, tested over the whole range.</summary>
static class Approximation
{
    /// <summary>eˣ within 2 units in the last place where the result is a normal number; 0 below −104, ∞ above 88.73.</summary>
    /// <remarks>x = n·ln 2 + r with |r| ≤ ½ ln 2; eʳ by the polynomial of Cephes' expf (Moshier), ln 2 in two parts so that r keeps its digits.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Exp<V>(V x) where V : struct, ILanes<V>
    {
        x = V.AtLeast(V.AtMost(x, V.Fill(89)), V.Fill(-104));
        var n = V.Round(x * V.Fill(1.44269504088896341f));
        var p = ExpNear0(x, n);
        var half = V.Round(n * V.Fill(0.5f));   // 2ⁿ in two factors: n reaches beyond the exponents of normal numbers
        return p * V.PowerOfTwo(half) * V.PowerOfTwo(n - half);
    }

    /// <summary>eˣ for x ≤ 0, a third cheaper: within 2 units in the last place down to −87, where normal numbers end, and 0 below.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V ExpBelow0<V>(V x) where V : struct, ILanes<V>
    {
        var least = V.Fill(-87);
        var kept = V.AtLeast(x, least);
        var n = V.Round(kept * V.Fill(1.44269504088896341f));
        return V.WhereGreater(least, x, V.Fill(0), ExpNear0(kept, n) * V.PowerOfTwo(n));
    }

    /// <summary>e^(x − n·ln 2) where that is near 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V ExpNear0<V>(V x, V n) where V : struct, ILanes<V>
    {
        var r = V.MultiplyAdd(n, V.Fill(2.12194440e-4f), V.MultiplyAdd(n, V.Fill(-0.693359375f), x));
        var p = V.MultiplyAdd(V.Fill(1.9875691500e-4f), r, V.Fill(1.3981999507e-3f));
        p = V.MultiplyAdd(p, r, V.Fill(8.3334519073e-3f));
        p = V.MultiplyAdd(p, r, V.Fill(4.1665795894e-2f));
        p = V.MultiplyAdd(p, r, V.Fill(1.6666665459e-1f));
        p = V.MultiplyAdd(p, r, V.Fill(5.0000001201e-1f));
        return V.MultiplyAdd(p, r * r, r + V.Fill(1));
    }

    /// <summary>σ(x) = 1/(1 + e⁻ˣ) within 3 units in the last place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Sigmoid<V>(V x) where V : struct, ILanes<V> => V.Fill(1) / (V.Fill(1) + Exp(-x));

    /// <summary>tanh x within 4e-7 relative; ±1 beyond ±7.9.</summary>
    /// <remarks>The odd rational function of degree 13 over 6 that Eigen uses (ptanh_float).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Tanh<V>(V x) where V : struct, ILanes<V>
    {
        x = V.AtLeast(V.AtMost(x, V.Fill(7.90531110763549805f)), V.Fill(-7.90531110763549805f));
        var square = x * x;
        var p = V.MultiplyAdd(V.Fill(-2.76076847742355e-16f), square, V.Fill(2.00018790482477e-13f));
        p = V.MultiplyAdd(p, square, V.Fill(-8.60467152213735e-11f));
        p = V.MultiplyAdd(p, square, V.Fill(5.12229709037114e-08f));
        p = V.MultiplyAdd(p, square, V.Fill(1.48572235717979e-05f));
        p = V.MultiplyAdd(p, square, V.Fill(6.37261928875436e-04f));
        p = V.MultiplyAdd(p, square, V.Fill(4.89352455891786e-03f));
        var q = V.MultiplyAdd(V.Fill(1.19825839466702e-06f), square, V.Fill(1.18534705686654e-04f));
        q = V.MultiplyAdd(q, square, V.Fill(2.26843463243900e-03f));
        q = V.MultiplyAdd(q, square, V.Fill(4.89352518554385e-03f));
        return x * p / q;
    }

    /// <summary>erf x within 6e-7; ±1 beyond ±4.</summary>
    /// <remarks>The odd rational function of degree 13 over 8 that Eigen uses (perf_float).</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Erf<V>(V x) where V : struct, ILanes<V>
    {
        x = V.AtLeast(V.AtMost(x, V.Fill(4)), V.Fill(-4));
        var square = x * x;
        var p = V.MultiplyAdd(V.Fill(-2.72614225801306e-10f), square, V.Fill(2.77068142495902e-08f));
        p = V.MultiplyAdd(p, square, V.Fill(-2.10102402082508e-06f));
        p = V.MultiplyAdd(p, square, V.Fill(-5.69250639462346e-05f));
        p = V.MultiplyAdd(p, square, V.Fill(-7.34990630326855e-04f));
        p = V.MultiplyAdd(p, square, V.Fill(-2.95459980854025e-03f));
        p = V.MultiplyAdd(p, square, V.Fill(-1.60960333262415e-02f));
        var q = V.MultiplyAdd(V.Fill(-1.45660718464996e-05f), square, V.Fill(-2.13374055278905e-04f));
        q = V.MultiplyAdd(q, square, V.Fill(-1.68282697438203e-03f));
        q = V.MultiplyAdd(q, square, V.Fill(-7.37332916720468e-03f));
        q = V.MultiplyAdd(q, square, V.Fill(-1.42647390514189e-02f));
        return x * p / q;
    }

    /// <summary>ln(1 + x) for 0 ≤ x ≤ 1 within 2.5e-7 relative.</summary>
    /// <remarks>2 artanh z with z = x/(2 + x) ≤ ⅓: eight terms of the series leave less than 2⁻²⁶.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Log1P<V>(V x) where V : struct, ILanes<V>
    {
        var z = x / (x + V.Fill(2));
        var square = z * z;
        var sum = V.Fill(1 / 15f);
        sum = V.MultiplyAdd(sum, square, V.Fill(1 / 13f));
        sum = V.MultiplyAdd(sum, square, V.Fill(1 / 11f));
        sum = V.MultiplyAdd(sum, square, V.Fill(1 / 9f));
        sum = V.MultiplyAdd(sum, square, V.Fill(1 / 7f));
        sum = V.MultiplyAdd(sum, square, V.Fill(1 / 5f));
        sum = V.MultiplyAdd(sum, square, V.Fill(1 / 3f));
        sum = V.MultiplyAdd(sum, square, V.Fill(1));
        return V.Fill(2) * z * sum;
    }
}
