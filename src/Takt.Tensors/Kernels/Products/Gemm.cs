using System.Diagnostics;

namespace Takt.Tensors.Kernels;

/// <summary>Matrix products.</summary>
/// <remarks>
/// LAW: element (i, j) starts at 0, at what is there or at the bias, and adds a(i, 0)·b(0, j), a(i, 1)·b(1, j), … one after the other, each rounded once
/// (fused multiply-add). So its bits depend on row i and column j alone: not on the other rows, the tile it falls into, the threads or the instruction set.
/// </remarks>
public static class Gemm
{
    /// <summary>c = f(a·b), c = f(c + a·b) or c = f(a·b + bias).</summary>
    /// <param name="a">Shape [m, k], any strides.</param>
    /// <param name="b">Shape [k, n], any strides.</param>
    /// <param name="c">Shape [m, n]; must not overlap a or b.</param>
    /// <param name="accumulate">Add to what is in <paramref name="c"/>.</param>
    /// <param name="bias">One number per column to begin with, or empty; not together with <paramref name="accumulate"/>.</param>
    /// <param name="activation">f, applied while the result is still in cache.</param>
    /// <exception cref="ShapeException">The sizes do not fit.</exception>
    public static unsafe void Multiply(Matrix a, Matrix b, MatrixTarget c, bool accumulate = false, ReadOnlySpan<float> bias = default, Activation activation = Activation.Identity)
    {
        Check(a, b.Rows, b.Columns, c, accumulate, bias);
        fixed (float* pa = a.Values, pb = b.Values, pc = c.Values, start = bias)
            KernelPath.Run(new Product(pa, a, pb, b.RowStride, b.ColumnStride, pc, c, start, accumulate, activation));
    }

    /// <summary>c = a·b or c + a·b, and to each of the sums one row of a is added, number after number: the gradients of a layer's weights and of its bias, for which dy is fetched once.</summary>
    /// <param name="a">Shape [m, k], transposed: its columns lie straight.</param>
    /// <param name="b">Shape [k, n].</param>
    /// <param name="c">Shape [m, n].</param>
    /// <param name="accumulate">Add to what is in <paramref name="c"/>.</param>
    /// <param name="sums">m numbers, or empty.</param>
    internal static unsafe void MultiplyAndSum(Matrix a, Matrix b, MatrixTarget c, bool accumulate, Span<float> sums)
    {
        Check(a, b.Rows, b.Columns, c, accumulate, default);
        Debug.Assert(sums.IsEmpty || (sums.Length == a.Rows && a.RowStride == 1 && b.Columns > 0), "Rows of a are summed where a block of them passes by.");
        fixed (float* pa = a.Values, pb = b.Values, pc = c.Values, rows = sums)
            KernelPath.Run(new Product(pa, a, pb, b.RowStride, b.ColumnStride, pc, c, null, accumulate, Activation.Identity, rows));
    }

    /// <inheritdoc cref="Multiply(Matrix, Matrix, MatrixTarget, bool, ReadOnlySpan{float}, Activation)"/>
    public static unsafe void Multiply(Matrix a, PackedMatrix b, MatrixTarget c, bool accumulate = false, ReadOnlySpan<float> bias = default, Activation activation = Activation.Identity)
    {
        Check(a, b.Rows, b.Columns, c, accumulate, bias);
        fixed (float* pa = a.Values, pc = c.Values, start = bias)
            KernelPath.Run(new Product(pa, a, b.Pointer, 2 * b.Lanes, Product.Packed, pc, c, start, accumulate, activation), b.Lanes);
        GC.KeepAlive(b);
    }

    static void Check(Matrix a, int rows, int columns, MatrixTarget c, bool accumulate, ReadOnlySpan<float> bias)
    {
        if (a.Columns != rows)
            throw new ShapeException("Gemm", $"the inner sizes differ: left [{a.Rows}, {a.Columns}] ends in {a.Columns}, right [{rows}, {columns}] begins with {rows}", "equal inner sizes", "Transpose one side, or check the layer that made it.");
        if (c.Rows != a.Rows || c.Columns != columns)
            throw new ShapeException("Gemm", $"the target is [{c.Rows}, {c.Columns}]", $"[{a.Rows}, {columns}]", "Make the target as large as the product.");
        if (!bias.IsEmpty && (accumulate || bias.Length != columns))
            throw new ShapeException("Gemm", $"a bias of {bias.Length} numbers{(accumulate ? " together with accumulate" : "")}", $"one for each of the {columns} columns and a fresh target", "Give one number per column, and do not accumulate.");
    }
}
