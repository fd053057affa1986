namespace Takt.Tensors.Kernels;

/// <summary>Matrix products.</summary>
/// <remarks>
/// LAW: element (i, j) starts at 0, at what is there or at the bias, and adds a(i, 0)·b(0, j), a(i, 1)·b(1, j), … one after the other, each rounded once
/// (fused multiply-add). So its bits depend on row i and column j alone: not on the other rows, the tile it falls into, the threads or the instruction set.
/// </remarks>
public static class Gemm
{
    /// <summary>c = a·b, or c += a·b, or c = a·b + bias.</summary>
    /// <param name="a">Shape [m, k], any strides.</param>
    /// <param name="b">Shape [k, n], any strides.</param>
    /// <param name="c">Shape [m, n]; must not overlap a or b.</param>
    /// <param name="accumulate">Add to what is in <paramref name="c"/>.</param>
    /// <param name="bias">One number per column to begin with, or empty; not together with <paramref name="accumulate"/>.</param>
    public static void Multiply(Matrix a, Matrix b, MatrixTarget c, bool accumulate = false, ReadOnlySpan<float> bias = default)
    {
        Check(a, b, c, accumulate, bias);
        for (int i = 0; i < c.Rows; i++)
            for (int j = 0; j < c.Columns; j++)
            {
                ref float target = ref c.Values[(i * c.RowStride) + j];
                float sum = accumulate ? target : bias.IsEmpty ? 0 : bias[j];
                for (int k = 0; k < a.Columns; k++)
                    sum = MathF.FusedMultiplyAdd(a.Values[(i * a.RowStride) + (k * a.ColumnStride)], b.Values[(k * b.RowStride) + (j * b.ColumnStride)], sum);
                target = sum;
            }
    }

    static void Check(Matrix a, Matrix b, MatrixTarget c, bool accumulate, ReadOnlySpan<float> bias)
    {
        if (a.Columns != b.Rows)
            throw new ShapeException("Gemm", $"the inner sizes differ: left [{a.Rows}, {a.Columns}] ends in {a.Columns}, right [{b.Rows}, {b.Columns}] begins with {b.Rows}", "equal inner sizes", "Transpose one side, or check the layer that made it.");
        if (c.Rows != a.Rows || c.Columns != b.Columns)
            throw new ShapeException("Gemm", $"the target is [{c.Rows}, {c.Columns}]", $"[{a.Rows}, {b.Columns}]", "Make the target as large as the product.");
        if (!bias.IsEmpty && (accumulate || bias.Length != b.Columns))
            throw new ShapeException("Gemm", $"a bias of {bias.Length} numbers{(accumulate ? " together with accumulate" : "")}", $"one for each of the {b.Columns} columns and a fresh target", "Give one number per column, and do not accumulate.");
    }
}
