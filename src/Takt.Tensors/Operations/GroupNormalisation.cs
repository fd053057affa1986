using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Normalisation of groups of channels within an image.</summary>
public static class GroupNormalisation
{
    extension(Tensor x)
    {
        /// <summary>Group norm (Wu and He 2018, arXiv:1803.08494): each image's channels in groups, each group normalised over its channels and pixels, each channel scaled and shifted.</summary>
        /// <param name="groups">How many groups.</param>
        /// <param name="weight">One number per channel.</param>
        /// <param name="bias">One number per channel.</param>
        /// <param name="epsilon">ε.</param>
        /// <returns>The shape of x, which is [batch, channels, …].</returns>
        /// <exception cref="ShapeException">The channels are no multiple of the groups, or not one number per channel.</exception>
        public Tensor GroupNorm(int groups, Tensor weight, Tensor bias, float epsilon = 1e-5f) => Tape.Run<Normalised, (int, float)>((groups, epsilon), x, weight, bias);
    }

    sealed class Normalised : Record<(int Groups, float Epsilon)>
    {
        int _channels, _rows, _width, _planes, _pixels, _together;
        Tensor _mean = null!, _spread = null!, _means = null!, _factor = null!;   // made by Prepare

        public override string Name => "GroupNormalization";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("num_groups", (long)Settings.Groups), new("epsilon", Settings.Epsilon)];

        internal override Tensor Prepare()
        {
            var (x, weight, bias, groups) = (this[0], this[1], this[2], Settings.Groups);
            _channels = x.Shape.Rank < 2 ? 0 : x.Shape[1];
            if (_channels == 0 || x.Length == 0 || groups < 1 || _channels % groups != 0 || weight.Shape != [_channels] || bias.Shape != [_channels])
                throw new ShapeException("GroupNorm", $"x {x.Shape}, {groups} groups, weight {weight.Shape}, bias {bias.Shape}", "x [batch, channels, …], channels a multiple of the groups, one number per channel", "Check the layer that made x.");
            (_rows, _planes, _together) = (x.Shape[0] * groups, x.Shape[0] * _channels, _channels / groups);
            (_width, _pixels) = (x.Length / _rows, x.Length / _planes);
            (_mean, _spread, _means, _factor) = (Room([_rows]), Room([_rows]), Room([_planes]), Room([_planes]));
            return Room(x.Shape);
        }

        internal override void Forward()
        {
            Span<float> x = this[0].Values, weight = this[1].Values, bias = this[2].Values, mean = _mean.Values, spread = _spread.Values, means = _means.Values, factor = _factor.Values;
            using var level = new Scratch(_planes);
            BatchNormKernel.Measure(x, _rows, _width, mean, spread);   // an image's group is a channel of a single image
            for (int row = 0; row < _rows; row++) spread[row] = 1 / MathF.Sqrt(spread[row] + Settings.Epsilon);
            for (int plane = 0; plane < _planes; plane++)
            {
                factor[plane] = weight[plane % _channels] * spread[plane / _together];
                level.Values[plane] = bias[plane % _channels];
                means[plane] = mean[plane / _together];
            }

            BatchNormKernel.Apply(x, _planes, _pixels, means, factor, level.Values, Output.Values);
        }

        internal override void Backward(Tensor dy)
        {
            var (x, weight, bias) = (this[0], this[1], this[2]);
            using Scratch sums = new(_planes), products = new(_planes), slope = new(_planes), shift = new(_planes);
            Span<float> weights = weight.Values, spread = _spread.Values;
            BatchNormKernel.Gather(x.Values, dy.Values, _planes, _pixels, _means.Values, sums.Values, products.Values);
            if (bias.RequiresGradient) Gradients.AddRows(bias, sums.Values);
            if (weight.RequiresGradient)
            {
                var target = Gradients.Begin(weight);
                for (int plane = 0; plane < _planes; plane++) target[plane % _channels] += products.Values[plane] * spread[plane / _together];
            }

            if (!x.RequiresGradient) return;
            for (int row = 0; row < _rows; row++)
            {
                float sum = 0, product = 0, inverse = spread[row];
                for (int plane = row * _together; plane < (row + 1) * _together; plane++)
                {
                    sum += weights[plane % _channels] * sums.Values[plane];
                    product += weights[plane % _channels] * products.Values[plane];
                }

                slope.Values.Slice(row * _together, _together).Fill(-inverse * inverse * inverse * product / _width);
                shift.Values.Slice(row * _together, _together).Fill(-inverse * sum / _width);
            }

            var dx = Gradients.Of(x, out bool accumulate);
            BatchNormKernel.AddSlope(x.Values, dy.Values, _planes, _pixels, _means.Values, _factor.Values, slope.Values, shift.Values, dx, accumulate);
        }
    }
}
