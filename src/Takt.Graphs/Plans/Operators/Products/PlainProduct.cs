using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Matrix products in any element type, one number at a time: for what the fast kernels do not know.</summary>
static class PlainProduct
{
    /// <summary>y = a·b; whole numbers wrap around.</summary>
    /// <param name="a">[rows, inner], or [inner, rows] if transposed.</param>
    /// <param name="transposeA">Whether a lies transposed.</param>
    /// <param name="b">[inner, columns], or [columns, inner] if transposed.</param>
    /// <param name="transposeB">Whether b lies transposed.</param>
    /// <param name="y">[rows, columns].</param>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="inner">Terms of each sum.</param>
    /// <param name="columns">Columns of the product.</param>
    public static void Run<T>(ReadOnlySpan<T> a, bool transposeA, ReadOnlySpan<T> b, bool transposeB, Span<T> y, int rows, int inner, int columns) where T : unmanaged, INumber<T>
    {
        var (aRow, aStep) = transposeA ? (1, rows) : (inner, 1);
        var (bStep, bColumn) = transposeB ? (1, inner) : (columns, 1);
        for (int i = 0; i < rows; i++)
        {
            var row = y.Slice(i * columns, columns);
            row.Clear();
            for (int k = 0; k < inner; k++)
            {
                var factor = a[(i * aRow) + (k * aStep)];
                for (int j = 0; j < columns; j++) row[j] += factor * b[(k * bStep) + (j * bColumn)];
            }
        }
    }
}
