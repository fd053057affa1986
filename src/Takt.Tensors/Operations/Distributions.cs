using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Functions over the innermost axis that make a row a distribution.</summary>
public static class Distributions
{
    extension(Tensor x)
    {
        /// <summary>yᵢ = eˣⁱ / Σ eˣʲ over the innermost axis; dx = y·(dy − Σ dy·y).</summary>
        public Tensor Softmax() => Tape.Run<Shares>(x);

        /// <summary>yᵢ = xᵢ − ln Σ eˣʲ over the innermost axis, without overflow; dx = dy − eʸ·Σ dy.</summary>
        public Tensor LogSoftmax() => Tape.Run<Logarithms>(x);
    }

    abstract class OverRows : Record<ValueTuple>
    {
        private protected int Width => this[0].Shape[^1];

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", -1L)];

        internal override Tensor Prepare() => this[0].Shape.Rank > 0 ? Room(this[0].Shape) : throw new ShapeException(Name, "a single number", "at least one axis", "Reshape it to [1].");
    }

    sealed class Shares : OverRows
    {
        public override string Name => "Softmax";

        internal override void Forward() => SoftmaxKernel.Apply(this[0].Values, Output.Values, Width);

        internal override void Backward(Tensor dy) => SoftmaxKernel.AddSlope(Output.Values, dy.Values, Gradients.Begin(this[0]), Width);

        internal override Tensor Derivative(int input, Tensor dy) => Output * (dy - (dy * Output).Sum([-1], keep: true));
    }

    sealed class Logarithms : OverRows
    {
        public override string Name => "LogSoftmax";

        internal override void Forward() => SoftmaxKernel.ApplyLogarithm(this[0].Values, Output.Values, Width);

        internal override void Backward(Tensor dy) => SoftmaxKernel.AddLogarithmSlope(Output.Values, dy.Values, Gradients.Begin(this[0]), Width);

        internal override Tensor Derivative(int input, Tensor dy) => dy - (Output.Exp() * dy.Sum([-1], keep: true));
    }
}
