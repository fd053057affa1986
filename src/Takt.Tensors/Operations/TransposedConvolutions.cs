using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Convolutions that make images larger.</summary>
public static class TransposedConvolutions
{
    extension(Tensor x)
    {
        /// <summary>The way back of a convolution with the same weights: every pixel of x adds its kernel to y; dx = w ∗ dy, dw as there with x and dy exchanged, db = Σ dy.</summary>
        /// <param name="weight">w, shape [inputs, outputs / groups, kernel height, kernel width].</param>
        /// <param name="bias">Shape [outputs], or null.</param>
        /// <param name="stride">Pixels of y from pixel to pixel of x; 1 by default.</param>
        /// <param name="padding">Pixels cut off on every side; 0 by default.</param>
        /// <param name="outputPadding">Pixels more below and right, less than the stride or the dilation; 0 by default.</param>
        /// <param name="dilation">Pixels from tap to tap; 1 by default.</param>
        /// <param name="groups">Groups of channels that do not see each other.</param>
        /// <returns>Shape [batch, outputs, (height − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1, …].</returns>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        public Tensor ConvTranspose2d(Tensor weight, Tensor? bias = null, Extent? stride = null, Extent? padding = null, Extent? outputPadding = null, Extent? dilation = null, int groups = 1)
        {
            var windows = (new Convolutions.Windowing("ConvTranspose2d", 2, stride ?? 1, padding ?? 0, dilation ?? 1, groups), outputPadding ?? 0);
            return bias is null ? Tape.Run<Spreading, (Convolutions.Windowing, Extent)>(windows, x, weight) : Tape.Run<Spreading, (Convolutions.Windowing, Extent)>(windows, x, weight, bias);
        }
    }

    sealed class Spreading : Record<(Convolutions.Windowing Windows, Extent Extra)>
    {
        /// <summary>The convolution that this is the way back of.</summary>
        ConvolutionSizes _forward;

        public override string Name => "ConvTranspose";

        public override IReadOnlyList<OperationAttribute> Attributes =>
            [.. Settings.Windows.Attributes(_forward.Kernel), new("output_padding", new long[] { Settings.Extra.Height, Settings.Extra.Width })];

        internal override Tensor Prepare()
        {
            var (operation, _, step, margin, spacing, groups) = Settings.Windows;
            var (x, weight, bias, extra) = (this[0], this[1], Optional(2), Settings.Extra);
            if (x.Shape.Rank != 4 || weight.Shape.Rank != 4 || weight.Shape[0] != x.Shape[1] || groups < 1 || x.Shape[1] < 1 || weight.Shape[1] < 1 || x.Shape[1] % groups != 0 || (bias is not null && (bias.Shape.Rank != 1 || bias.Length != weight.Shape[1] * groups)))
                throw new ShapeException(operation, $"x {x.Shape}, weight {weight.Shape}{(bias is null ? "" : $", bias {bias.Shape}")}, {groups} groups",
                    "x [batch, inputs, height, width], weight [inputs, outputs / groups, kernel, kernel], bias [outputs], inputs a multiple of the groups", "Check the layer that made x.");
            Settings.Windows.Check();
            if (extra.Height < 0 || extra.Width < 0 || extra.Height >= Math.Max(step.Height, spacing.Height) || extra.Width >= Math.Max(step.Width, spacing.Width))
                throw new ShapeException(operation, $"an output padding of {extra}", "0 or more, less than the stride or the dilation", "Give a smaller one.");

            Extent kernel = (weight.Shape[2], weight.Shape[3]);
            Extent image = (Spread(x.Shape[2], kernel.Height, step.Height, margin.Height, spacing.Height, extra.Height), Spread(x.Shape[3], kernel.Width, step.Width, margin.Width, spacing.Width, extra.Width));
            if (image.Height < 1 || image.Width < 1)
                throw new ShapeException(operation, $"nothing is left of x {x.Shape} with a padding of {margin}", "at least one pixel", "Pad less.");
            _forward = new(x.Shape[0], weight.Shape[1] * groups, image, x.Shape[1], kernel) { Stride = step, Dilation = spacing, Before = margin, After = (margin.Height - extra.Height, margin.Width - extra.Width), Groups = groups };
            return Room([_forward.Batch, _forward.Inputs, image.Height, image.Width]);
        }

        internal override void Forward() => Convolution.RunBack(_forward, this[0].Values, this[1].Values, Optional(2) is { } bias ? bias.Values : default, Output.Values);

        internal override void Backward(Tensor dy)
        {
            var (x, weight) = (this[0], this[1]);
            if (weight.RequiresGradient) Convolution.AddWeightGradient(_forward, dy.Values, x.Values, Gradients.Begin(weight));
            if (Optional(2) is { RequiresGradient: true } bias) Gradients.AddChannels(bias, dy.Values, _forward.ImageLength);
            if (!x.RequiresGradient) return;
            using var dx = Gradients.Overwrite(x);
            Convolution.Run(_forward, dy.Values, weight.Values, default, dx.Values);
        }

        static int Spread(int size, int kernel, int stride, int padding, int dilation, int extra) => ((size - 1) * stride) - (2 * padding) + (dilation * (kernel - 1)) + extra + 1;
    }
}
