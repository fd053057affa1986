using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Tensors seen as matrices by the products, transposed ones included.</summary>
static class Matrices
{
    /// <summary>The tensor itself where products can read it, else a copy without gaps.</summary>
    public static Tensor Readable(Tensor x) => x.IsContiguous || IsTurned(x) ? x : x.Contiguous();

    /// <summary>Whether it is a tensor without gaps whose two innermost axes were exchanged.</summary>
    public static bool IsTurned(Tensor x)
    {
        var strides = x.Strides;
        int rank = strides.Length, outer = x.Shape[^1] * x.Shape[^2];
        if (strides[^2] != 1 || strides[^1] != x.Shape[^2]) return false;
        for (int axis = rank - 3; axis >= 0; outer *= x.Shape[axis--])
            if (strides[axis] != outer) return false;
        return true;
    }

    /// <summary>A tensor of two axes.</summary>
    public static Matrix Of(Tensor x) => x.IsContiguous ? new(x.Values, x.Shape[0], x.Shape[1]) : new Matrix(Elements(x), x.Shape[1], x.Shape[0]).Transposed;

    /// <summary>A tensor of two axes to be written.</summary>
    public static MatrixTarget Target(Tensor y) => new(y.Values, y.Shape[0], y.Shape[1]);

    /// <summary>The elements of a readable tensor as they lie.</summary>
    public static Span<float> Elements(Tensor x) => x.Memory<float>().Slice(x.Start, x.Length);
}
