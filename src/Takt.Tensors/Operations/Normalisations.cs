using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Normalisations: numbers brought to mean 0 and variance 1 over some axes, then scaled and shifted by what training finds best.</summary>
public static class Normalisations
{
    extension(Tensor x)
    {
        /// <summary>Batch norm (Ioffe and Szegedy 2015, arXiv:1502.03167): y = (x − μ)/√(σ² + ε)·scale + shift with μ and σ² of each channel. dx = scale/√(σ² + ε)·(dy − mean dy − x̂·mean(dy·x̂)) in training.</summary>
        /// <param name="scale">One number per channel.</param>
        /// <param name="shift">One number per channel.</param>
        /// <param name="runningMean">One number per channel: in training it moves toward the batch's mean, in evaluation it is μ.</param>
        /// <param name="runningVariance">One number per channel: the same for σ² (moved by the variance divided by count − 1, as PyTorch does).</param>
        /// <param name="training">Whether μ and σ² are the batch's.</param>
        /// <param name="momentum">How far the running statistics move each time: running += momentum·(batch − running).</param>
        /// <param name="epsilon">ε.</param>
        /// <returns>The shape of x, which is [batch, channels] or [batch, channels, …].</returns>
        /// <exception cref="ShapeException">Not one number per channel, or a training batch with a single number per channel.</exception>
        public Tensor BatchNorm(Tensor scale, Tensor shift, Tensor runningMean, Tensor runningVariance, bool training, float momentum = 0.1f, float epsilon = 1e-5f)
        {
            int channels = x.Shape.Rank < 2 ? 0 : x.Shape[1];
            if (channels == 0 || scale.Shape != [channels] || shift.Shape != [channels] || runningMean.Shape != [channels] || runningVariance.Shape != [channels])
                throw new ShapeException("BatchNorm", $"x {x.Shape}, scale {scale.Shape}, shift {shift.Shape}, running mean {runningMean.Shape}, running variance {runningVariance.Shape}",
                    "x [batch, channels, …] and one number per channel", "Check the layer that made x.");
            int count = x.Length / channels;
            if (training && count < 2)
                throw new ShapeException("BatchNorm", $"x {x.Shape} in training: {count} number per channel has no variance", "at least two", "Train on larger batches.");
            var planes = new Planes(x.Shape);
            Tensor mean, variance, factor = Tape.Allocate([channels]);
            if (training)
            {
                (mean, variance) = (Tape.Allocate([channels]), Tape.Allocate([channels]));
                planes.Read(x.Values, values => BatchNormKernel.Measure(values, channels, planes.Pixels, mean.Values, variance.Values));
                Move(runningMean.Values, mean.Values, momentum, 1);
                Move(runningVariance.Values, variance.Values, momentum, count / (count - 1f));
            }
            else
            {
                (mean, variance) = (runningMean, runningVariance);
            }

            var spread = Tape.Allocate([channels]);
            for (int c = 0; c < channels; c++)
            {
                spread.Values[c] = 1 / MathF.Sqrt(variance.Values[c] + epsilon);
                factor.Values[c] = scale.Values[c] * spread.Values[c];
            }

            var y = Tape.Allocate(x.Shape);
            planes.Map(x.Values, y.Values, (from, to) => BatchNormKernel.Apply(from, channels, planes.Pixels, mean.Values, factor.Values, shift.Values, to));
            return Tape.Record("BatchNormalization", [x, scale, shift, runningMean, runningVariance], y, dy =>
            {
                using Storage sums = Storage.Rent(channels), products = Storage.Rent(channels), slope = Storage.Rent(channels), level = Storage.Rent(channels);
                planes.Read(x.Values, dy.Values, (values, gradients) => BatchNormKernel.Gather(values, gradients, channels, planes.Pixels, mean.Values, sums.Values, products.Values));
                if (shift.RequiresGradient) Updates.AddScaled(1, sums.Values, Gradients.Begin(shift));
                if (scale.RequiresGradient)
                {
                    var target = Gradients.Begin(scale);
                    for (int c = 0; c < channels; c++) target[c] += products.Values[c] * spread.Values[c];
                }

                if (!x.RequiresGradient) return;
                for (int c = 0; c < channels; c++)
                {
                    slope.Values[c] = training ? -factor.Values[c] * spread.Values[c] * spread.Values[c] * products.Values[c] / count : 0;
                    level.Values[c] = training ? -factor.Values[c] * sums.Values[c] / count : 0;
                }

                var dx = Tape.GradientOf(x, out bool accumulate).Values;
                planes.Map(x.Values, dy.Values, dx, accumulate, (values, gradients, to, add) =>
                    BatchNormKernel.AddSlope(values, gradients, channels, planes.Pixels, mean.Values, factor.Values, slope.Values, level.Values, to, add));
            }, new("epsilon", epsilon), new("momentum", 1 - momentum));
        }

        /// <summary>Root-mean-square norm (Zhang and Sennrich 2019, arXiv:1910.07467) over the innermost axis: y = x/√(mean x² + ε)·weight; dx = (g − x̂·mean(g·x̂))/√(mean x² + ε) with g = dy·weight.</summary>
        /// <param name="weight">One number per column.</param>
        /// <param name="epsilon">ε.</param>
        /// <exception cref="ShapeException">The weight does not fit the innermost size.</exception>
        public Tensor RmsNorm(Tensor weight, float epsilon = 1e-5f)
        {
            int width = x.Shape.Rank == 0 ? 0 : x.Shape[^1];
            if (width == 0 || weight.Shape != [width])
                throw new ShapeException("RmsNorm", $"x {x.Shape}, weight {weight.Shape}", "x [..., width] and one number per column", "Check the layer that made x.");
            var (spread, y) = (Tape.Allocate([x.Length / width]), Tape.Allocate(x.Shape));
            RmsNormKernel.Apply(x.Values, weight.Values, epsilon, spread.Values, y.Values);
            return Tape.Record("RMSNormalization", [x, weight], y, dy =>
            {
                if (x.RequiresGradient) RmsNormKernel.AddSlope(x.Values, weight.Values, dy.Values, spread.Values, Gradients.Begin(x));
                if (weight.RequiresGradient) RmsNormKernel.AddWeightSlope(x.Values, dy.Values, spread.Values, Gradients.Begin(weight));
            }, new("axis", -1L), new("epsilon", epsilon));
        }

        /// <summary>Group norm (Wu and He 2018, arXiv:1803.08494): each image's channels in groups, each group normalised over its channels and pixels, each channel scaled and shifted.</summary>
        /// <param name="groups">How many groups.</param>
        /// <param name="weight">One number per channel.</param>
        /// <param name="bias">One number per channel.</param>
        /// <param name="epsilon">ε.</param>
        /// <returns>The shape of x, which is [batch, channels, …].</returns>
        /// <exception cref="ShapeException">The channels are no multiple of the groups, or not one number per channel.</exception>
        public Tensor GroupNorm(int groups, Tensor weight, Tensor bias, float epsilon = 1e-5f)
        {
            int channels = x.Shape.Rank < 2 ? 0 : x.Shape[1];
            if (channels == 0 || x.Length == 0 || groups < 1 || channels % groups != 0 || weight.Shape != [channels] || bias.Shape != [channels])
                throw new ShapeException("GroupNorm", $"x {x.Shape}, {groups} groups, weight {weight.Shape}, bias {bias.Shape}", "x [batch, channels, …], channels a multiple of the groups, one number per channel", "Check the layer that made x.");
            int rows = x.Shape[0] * groups, width = x.Length / rows, planes = x.Shape[0] * channels, pixels = x.Length / planes, together = channels / groups;
            var (mean, spread, factor, level) = (Tape.Allocate([rows]), Tape.Allocate([rows]), Tape.Allocate([planes]), Tape.Allocate([planes]));
            BatchNormKernel.Measure(x.Values, rows, width, mean.Values, spread.Values);   // an image's group is a channel of a single image
            for (int row = 0; row < rows; row++) spread.Values[row] = 1 / MathF.Sqrt(spread.Values[row] + epsilon);
            for (int plane = 0; plane < planes; plane++)
            {
                factor.Values[plane] = weight.Values[plane % channels] * spread.Values[plane / together];
                level.Values[plane] = bias.Values[plane % channels];
            }

            var means = Tape.Allocate([planes]);
            for (int plane = 0; plane < planes; plane++) means.Values[plane] = mean.Values[plane / together];
            var y = Tape.Allocate(x.Shape);
            BatchNormKernel.Apply(x.Values, planes, pixels, means.Values, factor.Values, level.Values, y.Values);
            return Tape.Record("GroupNormalization", [x, weight, bias], y, dy =>
            {
                using Storage sums = Storage.Rent(planes), products = Storage.Rent(planes), slope = Storage.Rent(planes), shift = Storage.Rent(planes);
                BatchNormKernel.Gather(x.Values, dy.Values, planes, pixels, means.Values, sums.Values, products.Values);
                if (bias.RequiresGradient) Gradients.AddRows(bias, sums.Values);
                if (weight.RequiresGradient)
                {
                    var target = Gradients.Begin(weight);
                    for (int plane = 0; plane < planes; plane++) target[plane % channels] += products.Values[plane] * spread.Values[plane / together];
                }

                if (!x.RequiresGradient) return;
                for (int row = 0; row < rows; row++)
                {
                    float sum = 0, product = 0, inverse = spread.Values[row];
                    for (int plane = row * together; plane < (row + 1) * together; plane++)
                    {
                        sum += weight.Values[plane % channels] * sums.Values[plane];
                        product += weight.Values[plane % channels] * products.Values[plane];
                    }

                    slope.Values.Slice(row * together, together).Fill(-inverse * inverse * inverse * product / width);
                    shift.Values.Slice(row * together, together).Fill(-inverse * sum / width);
                }

                var dx = Tape.GradientOf(x, out bool accumulate).Values;
                BatchNormKernel.AddSlope(x.Values, dy.Values, planes, pixels, means.Values, factor.Values, slope.Values, shift.Values, dx, accumulate);
            }, new("num_groups", (long)groups), new("epsilon", epsilon));
        }
    }

    static void Move(Span<float> running, ReadOnlySpan<float> batch, float momentum, float correction)
    {
        for (int c = 0; c < running.Length; c++) running[c] += momentum * ((batch[c] * correction) - running[c]);
    }
}
