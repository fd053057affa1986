using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Normalisation of innermost rows: each brought to mean 0 and variance 1 (or mean square 1), then scaled and shifted by what training finds best.</summary>
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
        public Tensor LayerNorm(Tensor scale, Tensor shift, float epsilon = 1e-5f) => Tape.Run<LayerNormalised, float>(epsilon, x, scale, shift);

        /// <summary>Root-mean-square norm (Zhang and Sennrich 2019, arXiv:1910.07467) over the innermost axis: y = x/√(mean x² + ε)·weight; dx = (g − x̂·mean(g·x̂))/√(mean x² + ε) with g = dy·weight.</summary>
        /// <param name="weight">One number per column.</param>
        /// <param name="epsilon">ε.</param>
        /// <exception cref="ShapeException">The weight does not fit the innermost size.</exception>
        public Tensor RmsNorm(Tensor weight, float epsilon = 1e-5f) => Tape.Run<RmsNormalised, float>(epsilon, x, weight);
    }

    sealed class LayerNormalised : Record<float>
    {
        Tensor _moments = null!;   // made by Prepare

        public override string Name => "LayerNormalization";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", -1L), new("epsilon", Settings)];

        internal override Tensor Prepare()
        {
            var (x, scale, shift) = (this[0], this[1], this[2]);
            if (x.Shape.Rank == 0 || x.Shape[^1] == 0 || scale.Shape != [x.Shape[^1]] || shift.Shape != scale.Shape)
                throw new ShapeException("LayerNorm", $"x {x.Shape}, scale {scale.Shape}, shift {shift.Shape}", "x [..., features], scale and shift [features]", "Check the layer's size.");
            _moments = Room([x.Length / scale.Length, 2]);
            return Room(x.Shape);
        }

        internal override void Forward() => RowNormalisation.Apply(this[0].Values, this[1].Values, this[2].Values, Settings, Output.Values, _moments.Values);

        internal override void Backward(Tensor dy)
        {
            var (x, scale, shift) = (this[0], this[1], this[2]);
            bool accumulate = false;
            var dx = x.RequiresGradient ? Gradients.Of(x, out accumulate) : default;
            RowNormalisation.Slopes(x.Values, scale.Values, _moments.Values, dy.Values, dx, accumulate, Wanted(scale), Wanted(shift));

            static Span<float> Wanted(Tensor parameter) => parameter.RequiresGradient ? Gradients.Begin(parameter) : default;
        }
    }

    sealed class RmsNormalised : Record<float>
    {
        Tensor _spread = null!;   // made by Prepare

        public override string Name => "RMSNormalization";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("axis", -1L), new("epsilon", Settings)];

        internal override Tensor Prepare()
        {
            var (x, weight) = (this[0], this[1]);
            int width = x.Shape.Rank == 0 ? 0 : x.Shape[^1];
            if (width == 0 || weight.Shape != [width])
                throw new ShapeException("RmsNorm", $"x {x.Shape}, weight {weight.Shape}", "x [..., width] and one number per column", "Check the layer that made x.");
            _spread = Room([x.Length / width]);
            return Room(x.Shape);
        }

        internal override void Forward() => RmsNormKernel.Apply(this[0].Values, this[1].Values, Settings, _spread.Values, Output.Values);

        internal override void Backward(Tensor dy)
        {
            var (x, weight) = (this[0], this[1]);
            if (x.RequiresGradient) RmsNormKernel.AddSlope(x.Values, weight.Values, dy.Values, _spread.Values, Gradients.Begin(x));
            if (weight.RequiresGradient) RmsNormKernel.AddWeightSlope(x.Values, dy.Values, _spread.Values, Gradients.Begin(weight));
        }
    }
}
