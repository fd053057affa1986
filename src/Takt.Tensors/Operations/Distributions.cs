using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Functions over the innermost axis that make a row a distribution.</summary>
public static class Distributions
{
    static readonly OperationAttribute s_lastAxis = new("axis", -1L);

    extension(Tensor x)
    {
        /// <summary>yᵢ = eˣⁱ / Σ eˣʲ over the innermost axis; dx = y·(dy − Σ dy·y).</summary>
        public Tensor Softmax()
        {
            int width = WidthOf("Softmax", x);
            var y = Tape.Allocate(x.Shape);
            SoftmaxKernel.Apply(x.Values, y.Values, width);
            return Tape.Record("Softmax", [x], y, dy => SoftmaxKernel.AddSlope(y.Values, dy.Values, Gradients.Begin(x), width), s_lastAxis);
        }

        /// <summary>yᵢ = xᵢ − ln Σ eˣʲ over the innermost axis, without overflow; dx = dy − eʸ·Σ dy.</summary>
        public Tensor LogSoftmax()
        {
            int width = WidthOf("LogSoftmax", x);
            var y = Tape.Allocate(x.Shape);
            SoftmaxKernel.ApplyLogarithm(x.Values, y.Values, width);
            return Tape.Record("LogSoftmax", [x], y, dy => SoftmaxKernel.AddLogarithmSlope(y.Values, dy.Values, Gradients.Begin(x), width), s_lastAxis);
        }
    }

    static int WidthOf(string operation, Tensor x) => x.Shape.Rank > 0 ? x.Shape[^1]
        : throw new ShapeException(operation, "a single number", "at least one axis", "Reshape it to [1].");
}
