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
        public Tensor MaxPool2d(Extent kernel, Extent? stride = null, Extent? padding = null) => Pool<Largest>(new("MaxPool", 2, kernel, stride ?? kernel, padding ?? 0, CountsPadding: false), x);

        /// <summary>The largest number of every window of a sequence.</summary>
        /// <inheritdoc cref="MaxPool2d"/>
        public Tensor MaxPool1d(int kernel, int? stride = null, int padding = 0) => Pool<Largest>(new("MaxPool", 1, (1, kernel), (1, stride ?? kernel), (0, padding), CountsPadding: false), x);

        /// <summary>The mean of every window; each of its pixels gets dy / count.</summary>
        /// <param name="kernel">Height and width of a window.</param>
        /// <param name="stride">Pixels from window to window; the kernel by default.</param>
        /// <param name="padding">Pixels of 0 on every side, at most half a kernel; 0 by default.</param>
        /// <param name="countsPadding">Whether they count, as they do in PyTorch unless told otherwise.</param>
        /// <returns>Shape [batch, channels, (height + 2·padding − kernel) / stride + 1, …].</returns>
        /// <exception cref="ShapeException">The windows do not fit.</exception>
        public Tensor AveragePool2d(Extent kernel, Extent? stride = null, Extent? padding = null, bool countsPadding = true) =>
            Pool<Average>(new("AveragePool", 2, kernel, stride ?? kernel, padding ?? 0, countsPadding), x);

        /// <summary>The mean of every window of a sequence.</summary>
        /// <inheritdoc cref="AveragePool2d"/>
        public Tensor AveragePool1d(int kernel, int? stride = null, int padding = 0, bool countsPadding = true) =>
            Pool<Average>(new("AveragePool", 1, (1, kernel), (1, stride ?? kernel), (0, padding), countsPadding), x);

        /// <summary>The mean of every channel; each pixel gets dy / count.</summary>
        /// <returns>Shape [batch, channels, 1, 1], or [batch, channels, 1] for sequences.</returns>
        /// <exception cref="ShapeException">Neither an image nor a sequence, or an empty one.</exception>
        public Tensor GlobalAveragePool() => Tape.Run<ChannelMeans>(x);
    }

    static Tensor Pool<TPool>(WindowSettings windows, Tensor x) where TPool : struct, IPool => Tape.Run<Pooled<TPool>, WindowSettings>(windows, x);

    /// <summary>Windows over an image (2 axes) or a sequence (1 axis).</summary>
    readonly record struct WindowSettings(string Name, int Axes, Extent Kernel, Extent Stride, Extent Padding, bool CountsPadding);

    sealed class Pooled<TPool> : Record<WindowSettings> where TPool : struct, IPool
    {
        PoolingSizes _sizes;

        public override string Name => Settings.Name;

        public override IReadOnlyList<OperationAttribute> Attributes
        {
            get
            {
                var (name, axes, kernel, stride, padding, counts) = Settings;
                long[] pads = [.. Convolutions.Along(axes, padding), .. Convolutions.Along(axes, padding)];
                OperationAttribute[] attributes = [new("kernel_shape", Convolutions.Along(axes, kernel)), new("strides", Convolutions.Along(axes, stride)), new("pads", pads)];
                return name == "MaxPool" ? attributes : [.. attributes, new("count_include_pad", counts ? 1L : 0L)];
            }
        }

        internal override Tensor Prepare()
        {
            var (name, axes, kernel, stride, padding, counts) = Settings;
            var shape = this[0].Shape;
            if (shape.Rank != axes + 2 || kernel.Height < 1 || kernel.Width < 1 || stride.Height < 1 || stride.Width < 1
                || padding.Height < 0 || padding.Width < 0 || 2 * padding.Height > kernel.Height || 2 * padding.Width > kernel.Width)
                throw new ShapeException($"{name}{axes}d", $"x {shape}, kernel {kernel}, stride {stride}, padding {padding}",
                    axes == 2 ? "x [batch, channels, height, width], kernel and stride of 1 or more, padding of at most half a kernel" : "x [batch, channels, steps], kernel and stride of 1 or more, padding of at most half a kernel", "Check the layer's sizes.");
            _sizes = new PoolingSizes(shape[0] * shape[1], (axes == 2 ? shape[2] : 1, shape[^1]), kernel) { Stride = stride, Before = padding, After = padding, CountsPadding = counts };
            var result = _sizes.Result;
            if (result.Height < 1 || result.Width < 1)
                throw new ShapeException($"{name}{axes}d", $"windows of {kernel} on {shape}", "a window no larger than the padded image", "Take a smaller window.");
            return Room(axes == 2 ? [shape[0], shape[1], result.Height, result.Width] : [shape[0], shape[1], result.Width]);
        }

        internal override void Forward() => Pooling.Run(default(TPool), _sizes, this[0].Values, Output.Values);

        internal override void Backward(Tensor dy)
        {
            var dx = Gradients.Of(this[0], out bool accumulate);
            Pooling.AddSlope(default(TPool), _sizes, this[0].Values, Output.Values, dy.Values, dx, accumulate);
        }
    }

    sealed class ChannelMeans : Record<ValueTuple>
    {
        int _pixels;

        public override string Name => "GlobalAveragePool";

        internal override Tensor Prepare()
        {
            var shape = this[0].Shape;
            if (shape.Rank is not (3 or 4) || shape.Length == 0)
                throw new ShapeException("GlobalAveragePool", $"x {shape}", "[batch, channels, height, width] or [batch, channels, steps], not empty", "Reshape it first.");
            _pixels = shape.Length / (shape[0] * shape[1]);
            return Room(shape.Rank == 4 ? [shape[0], shape[1], 1, 1] : [shape[0], shape[1], 1]);
        }

        internal override void Forward()
        {
            var y = Output.Values;
            y.Clear();
            ChannelSums.Add(this[0].Values, _pixels, y);
            foreach (ref float value in y) value /= _pixels;
        }

        internal override void Backward(Tensor dy)
        {
            Span<float> dx = Gradients.Of(this[0], out bool accumulate), gradient = dy.Values;
            for (int plane = 0; plane < gradient.Length; plane++)
            {
                float share = gradient[plane] / _pixels;
                var part = dx.Slice(plane * _pixels, _pixels);
                if (!accumulate) part.Fill(share);
                else foreach (ref float value in part) value += share;
            }
        }
    }
}
