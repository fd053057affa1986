using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Matrix products.</summary>
public static class Products
{
    extension(Tensor x)
    {
        /// <summary>Matrix product y = x·w; dx = dy·wᵀ, dw = xᵀ·dy. Leading axes are batches of matrices and broadcast.</summary>
        /// <param name="w">Shape [..., k, n].</param>
        /// <returns>Shape [..., m, n] for x of shape [..., m, k].</returns>
        /// <exception cref="ShapeException">Not two matrices, or the inner sizes differ.</exception>
        public Tensor MatMul(Tensor w)
        {
            if (x.Shape.Rank < 2 || w.Shape.Rank < 2)
                throw new ShapeException("MatMul", $"left {x.Shape}, right {w.Shape}", "two matrices, or batches of them", "Reshape to [rows, columns] first.");
            if (x.Shape[^1] != w.Shape[^2])
                throw new ShapeException("MatMul", $"the inner sizes differ: left {x.Shape} ends in {x.Shape[^1]}, right {w.Shape} {(w.Shape.Rank == 2 ? "begins with" : "has")} {w.Shape[^2]}", "equal inner sizes", "Transpose one side, or check the layer that made it.");
            if (x.Shape.Rank > 2 || w.Shape.Rank > 2) return MatrixBatches.Multiply(x, w);
            var y = Tape.Allocate([x.Shape[0], w.Shape[1]]);
            Gemm.Multiply(AsMatrix(x), AsMatrix(w), Target(y));
            return Tape.Record("MatMul", [x, w], y, dy =>
            {
                if (x.RequiresGradient) Gemm.Multiply(AsMatrix(dy), AsMatrix(w).Transposed, Target(Tape.GradientOf(x, out bool add)), add);
                if (w.RequiresGradient) Gemm.Multiply(AsMatrix(x).Transposed, AsMatrix(dy), Target(Tape.GradientOf(w, out bool add)), add);
            });
        }

        /// <summary>Fully connected: y = x·Wᵀ + b; dx = dy·W, dW = dyᵀ·x, db = Σ dy over the rows.</summary>
        /// <param name="weight">Shape [outputs, inputs].</param>
        /// <param name="bias">Shape [outputs], or null.</param>
        /// <returns>Shape [rows, outputs]; for x of shape [..., inputs] the leading sizes stay.</returns>
        /// <exception cref="ShapeException">The last size of x is not <c>inputs</c>, or the bias does not fit.</exception>
        public Tensor Linear(Tensor weight, Tensor? bias = null)
        {
            if (weight.Shape.Rank != 2 || x.Shape.Rank < 1 || x.Shape[^1] != weight.Shape[1] || (bias is not null && (bias.Shape.Rank != 1 || bias.Length != weight.Shape[0])))
                throw new ShapeException("Linear", $"x {x.Shape}, weight {weight.Shape}{(bias is null ? "" : $", bias {bias.Shape}")}", "x [..., inputs], weight [outputs, inputs], bias [outputs]", "Check the layer that made x, or transpose the weight.");
            if (x.Shape.Rank != 2)
                return x.Reshape([-1, x.Shape[^1]]).Linear(weight, bias).Reshape([-1, .. x.Shape.Sizes[1..^1], weight.Shape[0]]);

            var y = Tape.Allocate([x.Shape[0], weight.Shape[0]]);
            Gemm.Multiply(AsMatrix(x), AsMatrix(weight).Transposed, Target(y), bias: bias is null ? default : bias.Values);
            return Tape.Record("Gemm", bias is null ? [x, weight] : [x, weight, bias], y, dy =>
            {
                if (x.RequiresGradient) Gemm.Multiply(AsMatrix(dy), AsMatrix(weight), Target(Tape.GradientOf(x, out bool add)), add);
                if (weight.RequiresGradient) Gemm.Multiply(AsMatrix(dy).Transposed, AsMatrix(x), Target(Tape.GradientOf(weight, out bool add)), add);
                if (bias is { RequiresGradient: true }) Gradients.AddRows(bias, dy.Values);
            }, s_transposedRight);
        }
    }

    static readonly OperationAttribute s_transposedRight = new("transB", 1L);

    static Matrix AsMatrix(Tensor x) => new(x.Values, x.Shape[0], x.Shape[1]);

    static MatrixTarget Target(Tensor y) => new(y.Values, y.Shape[0], y.Shape[1]);
}
