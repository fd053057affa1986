using System.Numerics;
using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Products of matrices of bytes, summed in 32 bits: MatMulInteger, and the sums within the quantised operators of ONNX.</summary>
/// <remarks>Exact on every path: 8-bit numbers less their zero points fit 16 bits, and pairs of their products 32; beyond k = 33,000 sums may wrap around, as ONNX has it.</remarks>
public static unsafe class IntegerGemm
{
    /// <summary>Below so many multiply-adds another thread brings little.</summary>
    internal const long WorthSharing = 4_000_000;

    /// <summary>Pairs in a block: a panel (256 × 32 pairs, 32 KiB) stays in the first-level cache.</summary>
    const int BlockPairs = 256;

    /// <summary>Rows in a block: their pairs (48 × 256, 48 KiB) stay in the second-level cache.</summary>
    const int BlockRows = 48;

    /// <summary>c = (a − zero points) · b.</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="sbyte"/>.</typeparam>
    /// <param name="a">Shape [m, k], row by row.</param>
    /// <param name="rows">m.</param>
    /// <param name="zeroPoints">One for each row, one for all, or none: 0.</param>
    /// <param name="b">Shape [k, n].</param>
    /// <param name="c">Shape [m, n], row by row; overwritten.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static void Multiply<T>(ReadOnlySpan<T> a, int rows, ReadOnlySpan<T> zeroPoints, PackedIntegers b, Span<int> c) where T : unmanaged, IBinaryInteger<T>
    {
        if (a.Length != (long)rows * b.Rows || c.Length != (long)rows * b.Columns || (zeroPoints.Length > 1 && zeroPoints.Length != rows))
            throw new ShapeException("Integer product", $"left {a.Length} numbers, {zeroPoints.Length} zero points, target {c.Length}, for {rows} rows against [{b.Rows}, {b.Columns}]", "m × k and m × n numbers, and a zero point for each row, one for all or none", "Check the sizes.");
        if (rows == 0 || b.Columns == 0) return;
        int stride = b.Pairs;
        var pairs = BlockPool.Rent(checked(rows * stride));
        int* widened = (int*)pairs.Pointer;
        fixed (T* values = a)
            for (int row = 0; row < rows; row++)
                Widen(values + ((nint)row * b.Rows), b.Rows, zeroPoints.IsEmpty ? 0 : int.CreateTruncating(zeroPoints[zeroPoints.Length == 1 ? 0 : row]), (short*)(widened + ((nint)row * stride)));
        fixed (int* sums = c) Multiply(widened, rows, b, sums);
        BlockPool.Return(pairs);
    }

    /// <summary>c = a · b, a widened to pairs.</summary>
    internal static void Multiply(int* a, int rows, PackedIntegers b, int* c)
    {
        switch (b.Lanes)
        {
            case 16: Multiply<Pairs16>(a, rows, b, c); break;
            case 8: Multiply<Pairs8>(a, rows, b, c); break;
            case 4: Multiply<Pairs4>(a, rows, b, c); break;
            default: Multiply<Pairs1>(a, rows, b, c); break;
        }
    }

    /// <summary>Widens bytes to 16 bits, less their zero point; an odd number of them is made even with a 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Widen<T>(T* values, int count, int zeroPoint, short* target) where T : unmanaged, IBinaryInteger<T>
    {
        for (int i = 0; i < count; i++) target[i] = (short)(int.CreateTruncating(values[i]) - zeroPoint);
        if ((count & 1) != 0) target[count] = 0;
    }

    static void Multiply<P>(int* a, int rows, PackedIntegers b, int* c) where P : struct, IPairs<P>
    {
        int panels = (b.Columns + b.Width - 1) / b.Width, blocks = (rows + 3) / 4;
        int parts = (long)rows * b.Columns * b.Rows < WorthSharing || Workers.Count == 1 ? 1 : 2 * Workers.Count;
        int wide = rows >= b.Columns ? 1 : Math.Min(parts, panels), high = Math.Min((parts + wide - 1) / wide, blocks);
        var share = new Share<P>(a, rows, b.Pointer, b.Columns, b.Pairs, c, high, wide);
        Workers.Run(high * wide, ref share);
        GC.KeepAlive(b);
    }

    /// <summary>The target cut into high × wide parts.</summary>
    readonly struct Share<P>(int* a, int rows, int* b, int columns, int pairs, int* c, int high, int wide) : IWork where P : struct, IPairs<P>
    {
        public void Run(int part)
        {
            int width = IntegerTiles<P>.Width, panels = (columns + width - 1) / width, blocks = (rows + 3) / 4, row = part % high, column = part / high;
            int top = blocks * row / high * 4, bottom = Math.Min(rows, blocks * (row + 1) / high * 4), left = panels * column / wide, right = panels * (column + 1) / wide;
            int* beside = stackalloc int[BlockRows * 2 * Lanes16.Count];
            for (int from = top; from < bottom; from += BlockRows)
                for (int panel = left; panel < right; panel++) Panel(from, Math.Min(BlockRows, bottom - from), panel, beside);
        }

        void Panel(int top, int count, int panel, int* beside)
        {
            int width = IntegerTiles<P>.Width, here = Math.Min(width, columns - (panel * width));
            int* target = c + ((nint)top * columns) + (panel * width), sums = here == width ? target : beside;
            nint row = here == width ? columns : width;
            for (int i = 0; i < count; i++) new Span<int>(sums + (i * row), width).Clear();
            for (int k = 0; k < pairs; k += BlockPairs)
                IntegerTiles<P>.Run(count, a + ((nint)top * pairs) + k, pairs, b + ((((nint)panel * pairs) + k) * width), sums, row, Math.Min(BlockPairs, pairs - k));
            if (here < width)
                for (int i = 0; i < count; i++) new ReadOnlySpan<int>(beside + (i * width), here).CopyTo(new Span<int>(target + ((nint)i * columns), here));
        }
    }
}
