using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A constant right side of a matrix product, kept in the form that the kernel reads fastest.</summary>
sealed class Weights
{
    readonly float[] _values;

    /// <summary>Packs a matrix once.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="rows">Inner size of the product (K), or columns of the result if transposed.</param>
    /// <param name="columns">Columns of the result (N), or the inner size if transposed.</param>
    /// <param name="transposed">Whether the matrix is given as [N, K].</param>
    public Weights(ReadOnlySpan<float> values, int rows, int columns, bool transposed)
    {
        (Inner, Columns) = transposed ? (columns, rows) : (rows, columns);
        _values = values.ToArray();
        Transposed = transposed;
    }

    bool Transposed { get; }

    /// <summary>Inner size of the product (K).</summary>
    public int Inner { get; }

    /// <summary>Columns of the result (N).</summary>
    public int Columns { get; }

    /// <summary>c = a·weights + bias, or c += a·weights.</summary>
    public void Multiply(Matrix a, MatrixTarget c, bool accumulate = false, ReadOnlySpan<float> bias = default) =>
        Takt.Tensors.Kernels.Gemm.Multiply(a, Transposed ? new Matrix(_values, Columns, Inner).Transposed : new Matrix(_values, Inner, Columns), c, accumulate, bias);
}
