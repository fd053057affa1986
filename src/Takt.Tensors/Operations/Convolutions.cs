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
            Convolve(new("Conv2d", 2, stride ?? 1, padding ?? 0, dilation ?? 1, groups), x, weight, bias);

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
            Convolve(new("Conv1d", 1, (1, stride), (0, padding), (1, dilation), groups), x, weight, bias);
    }

    static Tensor Convolve(Windowing windows, Tensor x, Tensor weight, Tensor? bias) =>
        bias is null ? Tape.Run<Convolved, Windowing>(windows, x, weight) : Tape.Run<Convolved, Windowing>(windows, x, weight, bias);

    sealed class Convolved : Record<Windowing>
    {
        ConvolutionSizes _sizes;

        public override string Name => "Conv";

        public override IReadOnlyList<OperationAttribute> Attributes => Settings.Attributes(_sizes.Kernel);

        internal override Tensor Prepare()
        {
            var (operation, axes, stride, padding, dilation, groups) = Settings;
            var (x, weight, bias) = (this[0], this[1], Optional(2));
            if (x.Shape.Rank != axes + 2 || weight.Shape.Rank != axes + 2 || groups < 1 || x.Shape[1] < 1 || weight.Shape[0] < 1 || x.Shape[1] != weight.Shape[1] * groups || weight.Shape[0] % groups != 0
                || (bias is not null && (bias.Shape.Rank != 1 || bias.Length != weight.Shape[0])))
                throw new ShapeException(operation, $"x {x.Shape}, weight {weight.Shape}{(bias is null ? "" : $", bias {bias.Shape}")}, {groups} groups",
                    axes == 2 ? "x [batch, inputs, height, width], weight [outputs, inputs / groups, kernel, kernel], bias [outputs]" : "x [batch, inputs, steps], weight [outputs, inputs / groups, kernel], bias [outputs]",
                    "Check the layer that made x; outputs are a multiple of the groups, and there is at least one input and one output.");
            Settings.Check();
            _sizes = new ConvolutionSizes(x.Shape[0], x.Shape[1], (axes == 2 ? x.Shape[2] : 1, x.Shape[^1]), weight.Shape[0], (axes == 2 ? weight.Shape[2] : 1, weight.Shape[^1]))
            {
                Stride = stride, Dilation = dilation, Before = padding, After = padding, Groups = groups,
            };
            var result = _sizes.Result;
            if (result.Height < 1 || result.Width < 1)
                throw new ShapeException(operation, $"a kernel of {_sizes.Kernel}, {dilation} apart, on {x.Shape} with a padding of {padding}", "a kernel no larger than the padded image", "Pad more, or take a smaller kernel.");
            return Room(axes == 2 ? [_sizes.Batch, _sizes.Outputs, result.Height, result.Width] : [_sizes.Batch, _sizes.Outputs, result.Width]);
        }

        internal override void Forward() => Convolution.Run(_sizes, this[0].Values, this[1].Values, Optional(2) is { } bias ? bias.Values : default, Output.Values);

        internal override void Backward(Tensor dy)
        {
            var (x, weight) = (this[0], this[1]);
            if (weight.RequiresGradient) Convolution.AddWeightGradient(_sizes, x.Values, dy.Values, Gradients.Begin(weight));
            if (Optional(2) is { RequiresGradient: true } bias) Gradients.AddChannels(bias, dy.Values, _sizes.ResultLength);
            if (!x.RequiresGradient) return;
            using var dx = Gradients.Overwrite(x);
            Convolution.RunBack(_sizes, dy.Values, weight.Values, default, dx.Values);
        }
    }

    /// <summary>How a kernel walks over an image (2 axes) or a sequence (1 axis).</summary>
    internal readonly record struct Windowing(string Operation, int Axes, Extent Stride, Extent Padding, Extent Dilation, int Groups)
    {
        public void Check()
        {
            if (Stride.Height < 1 || Stride.Width < 1 || Dilation.Height < 1 || Dilation.Width < 1 || Padding.Height < 0 || Padding.Width < 0)
                throw new ShapeException(Operation, $"stride {Stride}, padding {Padding}, dilation {Dilation}", "a stride and a dilation of 1 or more, a padding of 0 or more", "Give such numbers.");
        }

        public OperationAttribute[] Attributes(Extent kernel) =>
        [
            new("kernel_shape", Along(Axes, kernel)), new("strides", Along(Axes, Stride)), new("dilations", Along(Axes, Dilation)),
            new("pads", (long[])[.. Along(Axes, Padding), .. Along(Axes, Padding)]), new("group", (long)Groups),
        ];
    }

    internal static long[] Along(int axes, Extent sizes) => axes == 2 ? [sizes.Height, sizes.Width] : [sizes.Width];
}
