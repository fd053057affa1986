using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Normalisation within a sample.</summary>
public static class RowNormalisations
{
    extension(Tensor x)
    {
        /// <summary>Layer normalisation (Ba et al. 2016, arXiv:1607.06450): each innermost row to mean 0 and variance 1, then scaled and shifted. With n the normalised row and g = dy·scale: dx = r·(g − mean g − n·mean(g·n)), dscale = Σ dy·n, dshift = Σ dy.</summary>
        /// <param name="scale">Shape [features].</param>
        /// <param name="shift">Shape [features].</param>
        /// <param name="epsilon">Added to the variance; 1e-5 as in PyTorch and ONNX.</param>
        /// <returns>The shape of x, [..., features].</returns>
        /// <exception cref="ShapeException">The innermost size of x is another.</exception>
        public Tensor LayerNorm(Tensor scale, Tensor shift, float epsilon = 1e-5f)
        {
            if (x.Shape.Rank == 0 || x.Shape[^1] == 0 || scale.Shape != [x.Shape[^1]] || shift.Shape != scale.Shape)
                throw new ShapeException("LayerNorm", $"x {x.Shape}, scale {scale.Shape}, shift {shift.Shape}", "x [..., features], scale and shift [features]", "Check the layer's size.");
            var y = Tape.Allocate(x.Shape);
            var moments = Tape.Allocate([x.Length / scale.Length, 2]);
            RowNormalisation.Apply(x.Values, scale.Values, shift.Values, epsilon, y.Values, moments.Values);
            return Tape.Record("LayerNormalization", [x, scale, shift], y, dy =>
            {
                if (x.RequiresGradient) RowNormalisation.AddSlope(x.Values, scale.Values, moments.Values, dy.Values, Gradients.Begin(x));
                if (!scale.RequiresGradient && !shift.RequiresGradient) return;
                using var unwanted = Storage.Rent(scale.Length);
                RowNormalisation.AddParameterSlopes(x.Values, moments.Values, dy.Values,
                    scale.RequiresGradient ? Gradients.Begin(scale) : unwanted.Values, shift.RequiresGradient ? Gradients.Begin(shift) : unwanted.Values);
            }, new("axis", -1L), new("epsilon", epsilon));
        }
    }
}
