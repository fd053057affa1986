using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A constant right side of a product of 8-bit matrices, packed once for the kernel; its zero points are taken off already.</summary>
sealed class IntegerWeights
{
    readonly PackedIntegers _packed;

    IntegerWeights(PackedIntegers packed) => _packed = packed;

    /// <summary>Inner size of the product.</summary>
    public int Inner => _packed.Rows;

    /// <summary>Columns of the result.</summary>
    public int Columns => _packed.Columns;

    /// <summary>Takes a node's constant matrix and its zero points; null if they are not constant, or no matrix.</summary>
    /// <param name="node">The node.</param>
    /// <param name="matrix">The input that is the matrix.</param>
    /// <param name="zero">The input that is its zero points: none, one, or one a column.</param>
    /// <param name="transposed">Whether the product takes it transposed.</param>
    public static IntegerWeights? Take(Node node, int matrix, int zero, bool transposed = false)
    {
        if (node.Constant(matrix) is not { Rank: 2, Type: ElementType.Int8 or ElementType.UInt8 } b || (node.Has(zero) && node.Constant(zero)?.Type != b.Type)) return null;
        var zeros = node.Constant(zero);
        int columns = b.Sizes[transposed ? 0 : 1];
        if (zeros is not null && zeros.Count != 1 && zeros.Count != columns) return null;
        var packed = b.Type == ElementType.Int8 ? Pack<sbyte>(b, zeros, transposed) : Pack<byte>(b, zeros, transposed);
        node.TakeConstant(matrix);
        node.TakeConstant(zero);
        return new IntegerWeights(packed);
    }

    /// <summary>sums = (a − zero points) · weights.</summary>
    /// <param name="a">8-bit numbers whose last axis is <see cref="Inner"/>; all other axes are rows.</param>
    /// <param name="zero">None, one zero point, or one a row.</param>
    /// <param name="sums">Shape [rows, <see cref="Columns"/>].</param>
    /// <param name="call">Whose errors these are.</param>
    public void Multiply(Value a, Value? zero, Span<int> sums, Call call)
    {
        if (IntegerMatrix.SignOf(a, call)) Multiply<sbyte>(a, zero, sums);
        else Multiply<byte>(a, zero, sums);
    }

    void Multiply<T>(Value a, Value? zero, Span<int> sums) where T : unmanaged, System.Numerics.IBinaryInteger<T> =>
        IntegerGemm.Multiply(a.Read<T>(), Inner == 0 ? 0 : a.Count / Inner, zero is null ? default : zero.Read<T>(), _packed, sums);

    static PackedIntegers Pack<T>(Value b, Value? zeros, bool transposed) where T : unmanaged, System.Numerics.IBinaryInteger<T> =>
        PackedIntegers.Pack(b.Read<T>(), b.Sizes[transposed ? 1 : 0], b.Sizes[transposed ? 0 : 1], zeros is null ? default : zeros.Read<T>(), transposed);
}
