using System.Numerics.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The exact product of matrices of 8-bit numbers, in 32 bits.</summary>
static class IntegerProduct
{
    /// <summary>Whole numbers that <see cref="Multiply"/> needs as room.</summary>
    public static int Room(int inner, int columns) => checked(inner * columns);

    /// <summary>y = Σ (a − zero of its row) · (b − zero of its column).</summary>
    /// <param name="a">Shape [rows, inner].</param>
    /// <param name="b">Shape [inner, columns].</param>
    /// <param name="y">Shape [rows, columns]; overwritten.</param>
    /// <param name="room">Working memory.</param>
    public static void Multiply(IntegerMatrix a, IntegerMatrix b, Span<int> y, Span<int> room)
    {
        int inner = b.Rows, columns = b.Columns;
        for (int i = 0; i < b.Bytes.Length; i++) room[i] = b.At(i) - b.ZeroAt(i % columns);
        y.Clear();
        for (int row = 0; row < a.Rows; row++)
        {
            var to = y.Slice(row * columns, columns);
            int zero = a.ZeroAt(row);
            for (int k = 0; k < inner; k++)
                TensorPrimitives.MultiplyAdd(room.Slice(k * columns, columns), a.At((row * inner) + k) - zero, to, to);
        }
    }
}
