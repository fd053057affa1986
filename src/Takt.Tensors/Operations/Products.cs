using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Matrix products.</summary>
public static class Products
{
    extension(Tensor x)
    {
        /// <summary>Matrix product y = x·w; dx = dy·wᵀ, dw = xᵀ·dy. Leading axes are batches of matrices and broadcast. Transposed matrices are read where they lie.</summary>
        /// <param name="w">Shape [..., k, n].</param>
        /// <returns>Shape [..., m, n] for x of shape [..., m, k].</returns>
        /// <exception cref="ShapeException">Not two matrices, or the inner sizes differ.</exception>
        public Tensor MatMul(Tensor w)
        {
            if (x.Shape.Rank < 2 || w.Shape.Rank < 2)
                throw new ShapeException("MatMul", $"left {x.Shape}, right {w.Shape}", "two matrices, or batches of them", "Reshape to [rows, columns] first.");
            if (x.Shape[^1] != w.Shape[^2])
                throw new ShapeException("MatMul", $"the inner sizes differ: left {x.Shape} ends in {x.Shape[^1]}, right {w.Shape} {(w.Shape.Rank == 2 ? "begins with" : "has")} {w.Shape[^2]}", "equal inner sizes", "Transpose one side, or check the layer that made it.");
            Tensor left = Matrices.Readable(x), right = Matrices.Readable(w);
            return x.Shape.Rank == 2 && w.Shape.Rank == 2 ? Tape.Run<MatrixProduct>(left, right) : Tape.Run<MatrixBatches>(left, right);
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
            if (x.Shape.Rank == 2) return bias is null ? Tape.Run<FullyConnected>(x, weight) : Tape.Run<FullyConnected>(x, weight, bias);
            var sizes = new Sizes("Linear", x.Shape.Sizes) { [^1] = weight.Shape[0] };
            bool isEmpty = x.Length == 0;   // then nothing tells how many rows there are
            if (sizes.Rank > 1 && !isEmpty) sizes[0] = -1;   // the batch stays open in a traced graph
            return x.Reshape(isEmpty ? x.Shape[..^1].Length : -1, x.Shape[^1]).Linear(weight, bias).Reshape(sizes);
        }
    }

    sealed class MatrixProduct : Record<ValueTuple>, IReadsViews
    {
        public override string Name => "MatMul";

        internal override Tensor Prepare() => Room([this[0].Shape[0], this[1].Shape[1]]);

        internal override void Forward() => Gemm.Multiply(Matrices.Of(this[0]), Matrices.Of(this[1]), Matrices.Target(Output));

        internal override void Backward(Tensor dy)
        {
            var (x, w) = (this[0], this[1]);
            if (x.RequiresGradient) Gemm.Multiply(Matrices.Of(dy), Matrices.Of(w).Transposed, Matrices.Target(x.GradientRoom(out bool add)), add);
            if (w.RequiresGradient) Gemm.Multiply(Matrices.Of(x).Transposed, Matrices.Of(dy), Matrices.Target(w.GradientRoom(out bool add)), add);
        }

        internal override Tensor Derivative(int input, Tensor dy) => input == 0 ? dy.MatMul(this[1].Transpose()) : this[0].Transpose().MatMul(dy);
    }

    sealed class FullyConnected : Record<ValueTuple>
    {
        public override string Name => "Gemm";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("transB", 1L)];

        internal override Tensor Prepare() => Room([this[0].Shape[0], this[1].Shape[0]]);

        internal override void Forward() =>
            Gemm.Multiply(Matrices.Of(this[0]), Matrices.Of(this[1]).Transposed, Matrices.Target(Output), bias: Optional(2) is { } bias ? bias.Values : default);

        internal override void Backward(Tensor dy)
        {
            var (x, weight) = (this[0], this[1]);
            if (x.RequiresGradient) Gemm.Multiply(Matrices.Of(dy), Matrices.Of(weight), Matrices.Target(x.GradientRoom(out bool add)), add);
            var bias = Optional(2) is { RequiresGradient: true } wanted ? wanted : null;
            bool together = bias is not null && weight.RequiresGradient && weight.Length > 0;   // the product of the weights' gradient sums dy on its way
            if (weight.RequiresGradient)
                Gemm.MultiplyAndSum(Matrices.Of(dy).Transposed, Matrices.Of(x), Matrices.Target(weight.GradientRoom(out bool add)), add, together ? Gradients.Begin(bias!) : default);
            if (bias is not null && !together) Gradients.AddRows(bias, dy.Values);
        }

        internal override Tensor Derivative(int input, Tensor dy) => input switch
        {
            0 => dy.MatMul(this[1]),
            1 => dy.Transpose().MatMul(this[0]),
            _ => dy.Sum([0]),
        };
    }
}
