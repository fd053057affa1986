using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A constant right side of a matrix product, packed once for the kernel.</summary>
sealed class Weights
{
    readonly PackedMatrix _packed;

    /// <summary>Packs a matrix.</summary>
    /// <param name="values">Row by row.</param>
    /// <param name="rows">Rows as given.</param>
    /// <param name="columns">Columns as given.</param>
    /// <param name="transposed">Whether the product takes it transposed: a layer's weight [outputs, inputs].</param>
    public Weights(ReadOnlySpan<float> values, int rows, int columns, bool transposed)
    {
        var matrix = new Matrix(values, rows, columns);
        _packed = PackedMatrix.Pack(transposed ? matrix.Transposed : matrix);
    }

    /// <summary>Inner size of the product.</summary>
    public int Inner => _packed.Rows;

    /// <summary>Columns of the result.</summary>
    public int Columns => _packed.Columns;

    /// <summary>c = f(a·weights + bias), or c += a·weights.</summary>
    public void Multiply(Matrix a, MatrixTarget c, bool accumulate = false, ReadOnlySpan<float> bias = default, Activation activation = Activation.Identity) =>
        Takt.Tensors.Kernels.Gemm.Multiply(a, _packed, c, accumulate, bias, activation);
}
