using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Sums of rows in a fixed order: element i goes to running sum i mod 16, and these are folded in halves, whatever the vectors of the machine.</summary>
static class RowSums
{
    const int Sums = 16;

    /// <summary>Σ x.</summary>
    public static T Of<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Of(x, default(Plain));

    /// <summary>Σ x².</summary>
    public static T OfSquares<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Of(x, default(Squared));

    /// <summary>Σ |x|.</summary>
    public static T OfSizes<T>(ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => Of(x, default(Size));

    static T Of<T, TTerm>(ReadOnlySpan<T> x, TTerm term) where T : unmanaged, INumber<T> where TTerm : struct, ITerm
    {
        Span<T> sums = stackalloc T[Sums];
        sums.Clear();
        int whole = x.Length - (x.Length % Sums), i = 0;
        if (Vector<T>.IsSupported && Vector<T>.Count <= Sums)
        {
            for (int lane = 0; lane < Sums; lane += Vector<T>.Count)
            {
                var sum = Vector<T>.Zero;
                for (int at = lane; at < whole; at += Sums) sum += term.Of(new Vector<T>(x[at..]));
                sum.CopyTo(sums[lane..]);
            }

            i = whole;
        }

        for (; i < x.Length; i++) sums[i % Sums] += term.Of(x[i]);
        for (int half = Sums / 2; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++) sums[lane] += sums[lane + half];
        return sums[0];
    }

    interface ITerm
    {
        T Of<T>(T x) where T : INumber<T>;

        Vector<T> Of<T>(Vector<T> x);
    }

    readonly struct Plain : ITerm
    {
        public T Of<T>(T x) where T : INumber<T> => x;

        public Vector<T> Of<T>(Vector<T> x) => x;
    }

    readonly struct Squared : ITerm
    {
        public T Of<T>(T x) where T : INumber<T> => x * x;

        public Vector<T> Of<T>(Vector<T> x) => x * x;
    }

    readonly struct Size : ITerm
    {
        public T Of<T>(T x) where T : INumber<T> => T.Abs(x);

        public Vector<T> Of<T>(Vector<T> x) => Vector.Abs(x);
    }
}
