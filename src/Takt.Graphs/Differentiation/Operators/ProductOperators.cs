using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Matrix products.</summary>
static class ProductOperators
{
    public static Tensor Gemm(TapeCall call)
    {
        Tensor a = call.Input(0), b = call.Input(1);
        var c = call.Optional(2);
        float alpha = call.Float("alpha", 1), beta = call.Float("beta", 1);
        if (call.Int("transA", 0) != 0) a = a.Transpose();
        bool turned = call.Int("transB", 0) != 0;
        if (turned && alpha == 1 && (c is null || (beta == 1 && c.Shape == [b.Shape[0]]))) return a.Linear(b, c);
        var product = a.MatMul(turned ? b.Transpose() : b);
        if (alpha != 1) product *= alpha;
        return c is null ? product : product + (beta == 1 ? c : c * beta);
    }

    /// <summary>Many matrices by one are one product of all their rows.</summary>
    public static Tensor MatMul(TapeCall call)
    {
        Tensor a = call.Input(0), b = call.Input(1);
        bool row = a.Shape.Rank == 1, column = b.Shape.Rank == 1;
        if (row) a = a.Reshape(1, a.Length);
        if (column) b = b.Reshape(b.Length, 1);
        var product = a.Shape.Rank > 2 && b.Shape.Rank == 2 ? a.Reshape(-1, a.Shape[^1]).MatMul(b).Reshape([.. a.Shape.Sizes[..^1], b.Shape[1]]) : a.MatMul(b);
        int[] sizes = product.Shape.ToArray();
        return row || column ? product.Reshape([.. sizes[..^2], .. row ? [] : new[] { sizes[^2] }, .. column ? [] : new[] { sizes[^1] }]) : product;
    }

    public static Tensor Einsum(TapeCall call)
    {
        string equation = call.Text("equation", "");
        if (call.InputCount != 2 || equation.Contains('.') || !equation.Contains("->"))
            throw call.Wrong($"Einsum '{equation}' of {call.InputCount} inputs", "two inputs and a stated result, without dots", "Export the model with products written out.");
        return call.Input(0).Einsum(equation, call.Input(1));
    }
}
