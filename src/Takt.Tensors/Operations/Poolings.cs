using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Windows of images [batch, channels, height, width] and sequences [batch, channels, steps] to one number each.</summary>
public static class Poolings
{
    extension(Tensor x)
    {
        /// <summary>The largest pixel of every window; its gradient goes to the first that is as large.</summary>
        /// <param name="kernel">Height and width of a window.</param>
        /// <param name="stride">Pixels from window to window; the kernel by default.</param>
        /// <param name="padding">Pixels of −∞ on every side, at most half a kernel; 0 by default.</param>
        /// <returns>Shape [batch, channels, (height + 2·padding − kernel) / stride + 1, …].</returns>
        /// <exception cref="ShapeException">The windows do not fit.</exception>
        public Tensor MaxPool2d(Extent kernel, Extent? stride = null, Extent? padding = null) => Pool("MaxPool", default(Largest), x, 2, kernel, stride ?? kernel, padding ?? 0, countsPadding: false);

        /// <summary>The largest number of every window of a sequence.</summary>
        /// <inheritdoc cref="MaxPool2d"/>
        public Tensor MaxPool1d(int kernel, int? stride = null, int padding = 0) => Pool("MaxPool", default(Largest), x, 1, (1, kernel), (1, stride ?? kernel), (0, padding), countsPadding: false);

        /// <summary>The mean of every window; each of its pixels gets dy / count.</summary>
        /// <param name="kernel">Height and width of a window.</param>
        /// <param name="stride">Pixels from window to window; the kernel by default.</param>
        /// <param name="padding">Pixels of 0 on every side, at most half a kernel; 0 by default.</param>
        /// <param name="countsPadding">Whether they count, as they do in PyTorch unless told otherwise.</param>
        /// <returns>Shape [batch, channels, (height + 2·padding − kernel) / stride + 1, …].</returns>
        /// <exception cref="ShapeException">The windows do not fit.</exception>
        public Tensor AveragePool2d(Extent kernel, Extent? stride = null, Extent? padding = null, bool countsPadding = true) =>
            Pool("AveragePool", default(Average), x, 2, kernel, stride ?? kernel, padding ?? 0, countsPadding);

        /// <summary>The mean of every window of a sequence.</summary>
        /// <inheritdoc cref="AveragePool2d"/>
        public Tensor AveragePool1d(int kernel, int? stride = null, int padding = 0, bool countsPadding = true) =>
            Pool("AveragePool", default(Average), x, 1, (1, kernel), (1, stride ?? kernel), (0, padding), countsPadding);

        /// <summary>Means of windows of equal size that divide the image into so many rows and columns. ONNX has no other kind: sizes must be multiples.</summary>
        /// <param name="result">Rows and columns of the result.</param>
        /// <exception cref="ShapeException">Height or width is not a multiple.</exception>
        public Tensor AdaptiveAveragePool2d(Extent result)
        {
            if (x.Shape.Rank != 4 || result.Height < 1 || result.Width < 1 || x.Shape[2] % result.Height != 0 || x.Shape[3] % result.Width != 0)
                throw new ShapeException("AdaptiveAveragePool2d", $"x {x.Shape} to {result}", "x [batch, channels, height, width] with height and width multiples of the result's", "Choose a result that divides them, or pool with a kernel and a stride.");
            return result == 1 ? x.GlobalAveragePool() : x.AveragePool2d((x.Shape[2] / result.Height, x.Shape[3] / result.Width));
        }

        /// <summary>The mean of every channel; each pixel gets dy / count.</summary>
        /// <returns>Shape [batch, channels, 1, 1], or [batch, channels, 1] for sequences.</returns>
        /// <exception cref="ShapeException">Neither an image nor a sequence, or an empty one.</exception>
        public Tensor GlobalAveragePool()
        {
            if (x.Shape.Rank is not (3 or 4) || x.Length == 0)
                throw new ShapeException("GlobalAveragePool", $"x {x.Shape}", "[batch, channels, height, width] or [batch, channels, steps], not empty", "Reshape it first.");
            int planes = x.Shape[0] * x.Shape[1], pixels = x.Length / planes;
            var y = Tape.Allocate(x.Shape.Rank == 4 ? [x.Shape[0], x.Shape[1], 1, 1] : [x.Shape[0], x.Shape[1], 1]);
            y.Values.Clear();
            ChannelSums.Add(x.Values, pixels, y.Values);
            foreach (ref float value in y.Values) value /= pixels;
            return Tape.Record("GlobalAveragePool", [x], y, dy =>
            {
                var target = Tape.GradientOf(x, out bool accumulate).Values;
                for (int plane = 0; plane < planes; plane++)
                {
                    float share = dy.Values[plane] / pixels;
                    var part = target.Slice(plane * pixels, pixels);
                    if (!accumulate) part.Fill(share);
                    else foreach (ref float value in part) value += share;
                }
            });
        }
    }

    static Tensor Pool<TPool>(string operation, TPool pool, Tensor x, int axes, Extent kernel, Extent stride, Extent padding, bool countsPadding) where TPool : struct, IPool
    {
        if (x.Shape.Rank != axes + 2 || kernel.Height < 1 || kernel.Width < 1 || stride.Height < 1 || stride.Width < 1
            || padding.Height < 0 || padding.Width < 0 || 2 * padding.Height > kernel.Height || 2 * padding.Width > kernel.Width)
            throw new ShapeException($"{operation}{axes}d", $"x {x.Shape}, kernel {kernel}, stride {stride}, padding {padding}",
                axes == 2 ? "x [batch, channels, height, width], kernel and stride of 1 or more, padding of at most half a kernel" : "x [batch, channels, steps], kernel and stride of 1 or more, padding of at most half a kernel", "Check the layer's sizes.");
        var sizes = new PoolingSizes(x.Shape[0] * x.Shape[1], (axes == 2 ? x.Shape[2] : 1, x.Shape[^1]), kernel) { Stride = stride, Before = padding, After = padding, CountsPadding = countsPadding };
        var result = sizes.Result;
        if (result.Height < 1 || result.Width < 1)
            throw new ShapeException($"{operation}{axes}d", $"windows of {kernel} on {x.Shape}", "a window no larger than the padded image", "Take a smaller window.");

        var y = Tape.Allocate(axes == 2 ? [x.Shape[0], x.Shape[1], result.Height, result.Width] : [x.Shape[0], x.Shape[1], result.Width]);
        Pooling.Run(pool, sizes, x.Values, y.Values);
        long[] pads = [.. Convolutions.Along(axes, padding), .. Convolutions.Along(axes, padding)];
        OperationAttribute[] attributes = [new("kernel_shape", Convolutions.Along(axes, kernel)), new("strides", Convolutions.Along(axes, stride)), new("pads", pads)];
        return Tape.Record(operation, [x], y, dy =>
        {
            var target = Tape.GradientOf(x, out bool accumulate).Values;
            Pooling.AddSlope(pool, sizes, x.Values, y.Values, dy.Values, target, accumulate);
        }, operation == "MaxPool" ? attributes : [.. attributes, new("count_include_pad", countsPadding ? 1L : 0L)]);
    }
}
