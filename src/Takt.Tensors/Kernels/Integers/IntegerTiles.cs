using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>The innermost loops of an integer product: a tile of sums, two vectors wide and up to four rows high, stays in registers while the pairs run.</summary>
static unsafe class IntegerTiles<P> where P : struct, IPairs<P>
{
    /// <summary>How wide a tile, and so a panel, is.</summary>
    public static int Width => 2 * P.Count;

    /// <summary>Adds to some rows of c, two vectors wide.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="a">Pairs of row 0; the other rows <paramref name="aRow"/> apart.</param>
    /// <param name="aRow">From row to row.</param>
    /// <param name="b">A panel: a row of pairs, tile width wide, for each step.</param>
    /// <param name="c">Sums, in place.</param>
    /// <param name="cRow">From row to row.</param>
    /// <param name="pairs">Steps.</param>
    public static void Run(int rows, int* a, nint aRow, int* b, int* c, nint cRow, int pairs)
    {
        for (; rows >= 4; rows -= 4, a += 4 * aRow, c += 4 * cRow) Run4(a, aRow, b, c, cRow, pairs);
        for (; rows > 0; rows--, a += aRow, c += cRow) Run1(a, b, c, pairs);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run4(int* a, nint aRow, int* b, int* c, nint cRow, int pairs)
    {
        int* a1 = a + aRow, a2 = a1 + aRow, a3 = a2 + aRow, c1 = c + cRow, c2 = c1 + cRow, c3 = c2 + cRow;
        P left0 = P.Load(c), right0 = P.Load(c + P.Count), left1 = P.Load(c1), right1 = P.Load(c1 + P.Count);
        P left2 = P.Load(c2), right2 = P.Load(c2 + P.Count), left3 = P.Load(c3), right3 = P.Load(c3 + P.Count);
        for (int k = 0; k < pairs; k++, b += 2 * P.Count)
        {
            P left = P.Load(b), right = P.Load(b + P.Count), x = P.Fill(a[k]);
            (left0, right0) = (P.AddProducts(left0, x, left), P.AddProducts(right0, x, right));
            x = P.Fill(a1[k]);
            (left1, right1) = (P.AddProducts(left1, x, left), P.AddProducts(right1, x, right));
            x = P.Fill(a2[k]);
            (left2, right2) = (P.AddProducts(left2, x, left), P.AddProducts(right2, x, right));
            x = P.Fill(a3[k]);
            (left3, right3) = (P.AddProducts(left3, x, left), P.AddProducts(right3, x, right));
        }

        left0.Store(c);
        right0.Store(c + P.Count);
        left1.Store(c1);
        right1.Store(c1 + P.Count);
        left2.Store(c2);
        right2.Store(c2 + P.Count);
        left3.Store(c3);
        right3.Store(c3 + P.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Run1(int* a, int* b, int* c, int pairs)
    {
        P left0 = P.Load(c), right0 = P.Load(c + P.Count);
        for (int k = 0; k < pairs; k++, b += 2 * P.Count)
        {
            var x = P.Fill(a[k]);
            (left0, right0) = (P.AddProducts(left0, x, P.Load(b)), P.AddProducts(right0, x, P.Load(b + P.Count)));
        }

        left0.Store(c);
        right0.Store(c + P.Count);
    }
}
