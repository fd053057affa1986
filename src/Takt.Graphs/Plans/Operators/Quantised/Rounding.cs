using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>From real numbers to quantised ones: q = saturate(round half to even(x / scale) + zero).</summary>
static class Rounding
{
    /// <summary>Whole numbers that go through a small buffer on the stack, vector by vector in, one by one out.</summary>
    const int Block = 256;

    /// <summary>One number.</summary>
    public static int Quantise(float x, float scale, int zero, int low, int high) => (int)Math.Clamp(MathF.Round(x / scale) + zero, low, high);

    /// <summary>Many numbers of one scale, the same to the last bit.</summary>
    public static void Quantise<T>(ReadOnlySpan<float> x, float scale, int zero, int low, int high, Span<T> y) where T : unmanaged, IBinaryInteger<T>
    {
        Span<int> whole = stackalloc int[Block];
        for (int start = 0; start < x.Length; start += Block)
        {
            var part = x[start..Math.Min(x.Length, start + Block)];
            int i = 0;
            for (var (scales, zeros, lows, highs) = (new Vector<float>(scale), new Vector<float>(zero), new Vector<float>(low), new Vector<float>(high)); i <= part.Length - Vector<float>.Count; i += Vector<float>.Count)
                Vector.ConvertToInt32(Vector.Clamp(Vector.Round(new Vector<float>(part[i..]) / scales) + zeros, lows, highs)).CopyTo(whole[i..]);
            for (; i < part.Length; i++) whole[i] = Quantise(part[i], scale, zero, low, high);
            var to = y.Slice(start, part.Length);
            for (i = 0; i < to.Length; i++) to[i] = T.CreateTruncating(whole[i]);
        }
    }

    /// <summary>The way back: x = (q − zero) · scale.</summary>
    public static void Dequantise<T>(ReadOnlySpan<T> q, float scale, int zero, Span<float> x) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < q.Length; i++) x[i] = (int.CreateTruncating(q[i]) - zero) * scale;
    }
}
