using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Convolutions of images [batch, channels, height, width] and sequences [batch, channels, steps], as PyTorch and ONNX lay them out.</summary>
public static class Convolutions
{
    extension(Tensor x)
    {
        /// <summary>y[b, o, i, j] = bias[o] + Σ over c, u, v of w[o, c, u, v]·x[b, c, i·stride + u·dilation − padding, …]; dx by the turned kernel, dw = Σ over windows of dy·pixel, db = Σ dy.</summary>
        /// <param name="weight">w, shape [outputs, inputs / groups, kernel height, kernel width].</param>
        /// <param name="bias">Shape [outputs], or null.</param>
        /// <param name="stride">Pixels from window to window; 1 by default.</param>
        /// <param name="padding">Zeros on every side; 0 by default.</param>
        /// <param name="dilation">Pixels from tap to tap; 1 by default.</param>
        /// <param name="groups">Groups of channels that do not see each other; as many as channels: depthwise.</param>
        /// <returns>Shape [batch, outputs, (height + 2·padding − dilation·(kernel − 1) − 1) / stride + 1, …].</returns>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        public Tensor Conv2d(Tensor weight, Tensor? bias = null, Extent? stride = null, Extent? padding = null, Extent? dilation = null, int groups = 1) =>
            Convolve("Conv2d", 2, x, weight, bias, stride ?? 1, padding ?? 0, dilation ?? 1, groups);

        /// <summary>y[b, o, t] = bias[o] + Σ over c, v of w[o, c, v]·x[b, c, t·stride + v·dilation − padding]; the derivatives as in two dimensions.</summary>
        /// <param name="weight">w, shape [outputs, inputs / groups, kernel].</param>
        /// <param name="bias">Shape [outputs], or null.</param>
        /// <param name="stride">Steps from window to window.</param>
        /// <param name="padding">Zeros on both ends.</param>
        /// <param name="dilation">Steps from tap to tap.</param>
        /// <param name="groups">Groups of channels that do not see each other.</param>
        /// <returns>Shape [batch, outputs, (steps + 2·padding − dilation·(kernel − 1) − 1) / stride + 1] for x of shape [batch, inputs, steps].</returns>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        public Tensor Conv1d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1) =>
            Convolve("Conv1d", 1, x, weight, bias, (1, stride), (0, padding), (1, dilation), groups);

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
            Extent step = stride ?? 1, margin = padding ?? 0, extra = outputPadding ?? 0, spacing = dilation ?? 1;
            if (x.Shape.Rank != 4 || weight.Shape.Rank != 4 || weight.Shape[0] != x.Shape[1] || groups < 1 || x.Shape[1] % groups != 0 || (bias is not null && (bias.Shape.Rank != 1 || bias.Length != weight.Shape[1] * groups)))
                throw new ShapeException("ConvTranspose2d", $"x {x.Shape}, weight {weight.Shape}{(bias is null ? "" : $", bias {bias.Shape}")}, {groups} groups",
                    "x [batch, inputs, height, width], weight [inputs, outputs / groups, kernel, kernel], bias [outputs], inputs a multiple of the groups", "Check the layer that made x.");
            CheckSteps("ConvTranspose2d", step, margin, spacing);
            if (extra.Height < 0 || extra.Width < 0 || extra.Height >= Math.Max(step.Height, spacing.Height) || extra.Width >= Math.Max(step.Width, spacing.Width))
                throw new ShapeException("ConvTranspose2d", $"an output padding of {extra}", "0 or more, less than the stride or the dilation", "Give a smaller one.");

            Extent kernel = (weight.Shape[2], weight.Shape[3]);
            Extent image = (Spread(x.Shape[2], kernel.Height, step.Height, margin.Height, spacing.Height, extra.Height), Spread(x.Shape[3], kernel.Width, step.Width, margin.Width, spacing.Width, extra.Width));
            if (image.Height < 1 || image.Width < 1)
                throw new ShapeException("ConvTranspose2d", $"nothing is left of x {x.Shape} with a padding of {margin}", "at least one pixel", "Pad less.");
            var forward = new ConvolutionSizes(x.Shape[0], weight.Shape[1] * groups, image, x.Shape[1], kernel) { Stride = step, Dilation = spacing, Before = margin, After = margin, Groups = groups };

            var y = Tape.Allocate([forward.Batch, forward.Inputs, image.Height, image.Width]);
            Convolution.RunBack(forward, x.Values, weight.Values, bias is null ? default : bias.Values, y.Values);
            return Tape.Record("ConvTranspose", bias is null ? [x, weight] : [x, weight, bias], y, dy =>
            {
                if (x.RequiresGradient) Gradients.Compute(x, target => Convolution.Run(forward, dy.Values, weight.Values, default, target));
                if (weight.RequiresGradient) Convolution.AddWeightGradient(forward, dy.Values, x.Values, Gradients.Begin(weight));
                if (bias is { RequiresGradient: true }) Gradients.AddChannels(bias, dy.Values, image.Height * image.Width);
            }, [.. Attributes(2, kernel, step, margin, spacing, groups), new("output_padding", new long[] { extra.Height, extra.Width })]);
        }
    }

    static Tensor Convolve(string operation, int axes, Tensor x, Tensor weight, Tensor? bias, Extent stride, Extent padding, Extent dilation, int groups)
    {
        if (x.Shape.Rank != axes + 2 || weight.Shape.Rank != axes + 2 || groups < 1 || x.Shape[1] != weight.Shape[1] * groups || weight.Shape[0] % groups != 0
            || (bias is not null && (bias.Shape.Rank != 1 || bias.Length != weight.Shape[0])))
            throw new ShapeException(operation, $"x {x.Shape}, weight {weight.Shape}{(bias is null ? "" : $", bias {bias.Shape}")}, {groups} groups",
                axes == 2 ? "x [batch, inputs, height, width], weight [outputs, inputs / groups, kernel, kernel], bias [outputs]" : "x [batch, inputs, steps], weight [outputs, inputs / groups, kernel], bias [outputs]",
                "Check the layer that made x; outputs are a multiple of the groups.");
        CheckSteps(operation, stride, padding, dilation);
        var sizes = new ConvolutionSizes(x.Shape[0], x.Shape[1], (axes == 2 ? x.Shape[2] : 1, x.Shape[^1]), weight.Shape[0], (axes == 2 ? weight.Shape[2] : 1, weight.Shape[^1]))
        {
            Stride = stride, Dilation = dilation, Before = padding, After = padding, Groups = groups,
        };
        var result = sizes.Result;
        if (result.Height < 1 || result.Width < 1)
            throw new ShapeException(operation, $"a kernel of {sizes.Kernel}, {dilation} apart, on {x.Shape} with a padding of {padding}", "a kernel no larger than the padded image", "Pad more, or take a smaller kernel.");

        var y = Tape.Allocate(axes == 2 ? [sizes.Batch, sizes.Outputs, result.Height, result.Width] : [sizes.Batch, sizes.Outputs, result.Width]);
        Convolution.Run(sizes, x.Values, weight.Values, bias is null ? default : bias.Values, y.Values);
        return Tape.Record("Conv", bias is null ? [x, weight] : [x, weight, bias], y, dy =>
        {
            if (x.RequiresGradient) Gradients.Compute(x, target => Convolution.RunBack(sizes, dy.Values, weight.Values, default, target));
            if (weight.RequiresGradient) Convolution.AddWeightGradient(sizes, x.Values, dy.Values, Gradients.Begin(weight));
            if (bias is { RequiresGradient: true }) Gradients.AddChannels(bias, dy.Values, sizes.ResultLength);
        }, Attributes(axes, sizes.Kernel, stride, padding, dilation, groups));
    }

    static void CheckSteps(string operation, Extent stride, Extent padding, Extent dilation)
    {
        if (stride.Height < 1 || stride.Width < 1 || dilation.Height < 1 || dilation.Width < 1 || padding.Height < 0 || padding.Width < 0)
            throw new ShapeException(operation, $"stride {stride}, padding {padding}, dilation {dilation}", "a stride and a dilation of 1 or more, a padding of 0 or more", "Give such numbers.");
    }

    static OperationAttribute[] Attributes(int axes, Extent kernel, Extent stride, Extent padding, Extent dilation, int groups) =>
    [
        new("kernel_shape", Along(axes, kernel)), new("strides", Along(axes, stride)), new("dilations", Along(axes, dilation)),
        new("pads", (long[])[.. Along(axes, padding), .. Along(axes, padding)]), new("group", (long)groups),
    ];

    internal static long[] Along(int axes, Extent sizes) => axes == 2 ? [sizes.Height, sizes.Width] : [sizes.Width];

    static int Spread(int size, int kernel, int stride, int padding, int dilation, int extra) => ((size - 1) * stride) - (2 * padding) + (dilation * (kernel - 1)) + extra + 1;
}
