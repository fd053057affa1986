using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Normalisation of every channel over images and pixels, [batch, channels, pixels]. Channels are independent: they are what workers share.</summary>
public static unsafe class BatchNormKernel
{
    /// <summary>Fewer numbers than this are not worth another thread.</summary>
    const int WorthSharing = 1 << 15;

    /// <summary>mean[c] and variance[c] (divided by the count) of every channel; planes as <see cref="RunningSums{V}"/> adds them, images one after the other in double precision.</summary>
    /// <param name="x">Shape [batch, channels, pixels].</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="pixels">Numbers in a channel of one image, at least 1.</param>
    /// <param name="mean">Gets one number per channel.</param>
    /// <param name="variance">Gets one number per channel.</param>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    public static void Measure(ReadOnlySpan<float> x, int channels, int pixels, Span<float> mean, Span<float> variance)
    {
        Check(x.Length, channels, pixels, Math.Min(mean.Length, variance.Length), x.Length);
        if (channels == 0) return;
        fixed (float* px = x, pm = mean, pv = variance) KernelPath.Run(new MeasureKernel(px, pm, pv, x.Length, channels, pixels));
    }

    /// <summary>y = (x − mean)·factor + shift. With measured moments within 3e-7 of the larger of y and 1, and as much again for every deviation that the mean is away from 0.</summary>
    /// <param name="x">Shape [batch, channels, pixels].</param>
    /// <param name="channels">Channels of an image.</param>
    /// <param name="pixels">Numbers in a channel of one image, at least 1.</param>
    /// <param name="mean">One number per channel.</param>
    /// <param name="factor">One number per channel.</param>
    /// <param name="shift">One number per channel.</param>
    /// <param name="y">As many as x; may be x.</param>
    /// <exception cref="ShapeException">The lengths do not fit.</exception>
    public static void Apply(ReadOnlySpan<float> x, int channels, int pixels, ReadOnlySpan<float> mean, ReadOnlySpan<float> factor, ReadOnlySpan<float> shift, Span<float> y)
    {
        if (x.IsEmpty) return;
        Check(x.Length, channels, pixels, Math.Min(mean.Length, Math.Min(factor.Length, shift.Length)), y.Length);
        fixed (float* px = x, pm = mean, pf = factor, ps = shift, py = y) KernelPath.Run(new ApplyKernel(px, pm, pf, ps, py, x.Length, channels, pixels));
    }

    /// <summary>sums[c] = Σ dy, products[c] = Σ dy·(x − mean).</summary>
    internal static void Gather(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int channels, int pixels, ReadOnlySpan<float> mean, Span<float> sums, Span<float> products)
    {
        sums.Clear();
        products.Clear();
        if (x.IsEmpty) return;
        fixed (float* px = x, pdy = dy, pm = mean, ps = sums, pp = products) KernelPath.Run(new GatherKernel(px, pdy, pm, ps, pp, x.Length, channels, pixels));
    }

    /// <summary>dx = factor·dy + slope·(x − mean) + level, or dx += it.</summary>
    internal static void AddSlope(ReadOnlySpan<float> x, ReadOnlySpan<float> dy, int channels, int pixels, ReadOnlySpan<float> mean, ReadOnlySpan<float> factor, ReadOnlySpan<float> slope, ReadOnlySpan<float> level, Span<float> dx, bool accumulate)
    {
        if (x.IsEmpty) return;
        fixed (float* px = x, pdy = dy, pm = mean, pf = factor, ps = slope, pl = level, pdx = dx)
            KernelPath.Run(new SlopeKernel(px, pdy, pm, pf, ps, pl, pdx, x.Length, channels, pixels, accumulate));
    }

    static void Check(int length, int channels, int pixels, int perChannel, int room)
    {
        if (channels < 0 || pixels < 1 || (channels == 0 ? length : length % ((long)channels * pixels)) != 0 || perChannel < channels || room < length)
            throw new ShapeException("BatchNorm", $"{length} numbers in {channels} channels of {pixels} pixels, {perChannel} numbers for the channels, room for {room}", "whole images, one number for each channel, and room for as many numbers", "Check channels and pixels.");
    }

    static int Parts(int length, int channels) => length < WorthSharing ? 1 : Math.Min(channels, 2 * Workers.Count);

    readonly struct MeasureKernel(float* x, float* mean, float* variance, int length, int channels, int pixels) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Parts(length, channels);
            var share = new Share<V>(x, mean, variance, length / pixels / channels, channels, pixels, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(float* x, float* mean, float* variance, int batch, int channels, int pixels, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part)
            {
                double count = (double)batch * pixels;
                for (int channel = channels * part / parts; channel < channels * (part + 1) / parts; channel++)
                {
                    double sum = 0, squares = 0;
                    for (int image = 0; image < batch; image++)
                    {
                        float* plane = x + (((nint)image * channels) + channel) * pixels;
                        sum += RunningSums<V>.Of(default(Itself), plane, plane, pixels);
                    }

                    mean[channel] = (float)(sum / count);
                    for (int image = 0; image < batch; image++)
                    {
                        float* plane = x + (((nint)image * channels) + channel) * pixels;
                        squares += RunningSums<V>.Of(new SquaredDeviation(mean[channel]), plane, plane, pixels);
                    }

                    variance[channel] = (float)(squares / count);
                }
            }
        }
    }

    readonly struct ApplyKernel(float* x, float* mean, float* factor, float* shift, float* y, int length, int channels, int pixels) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Parts(length, length / pixels);
            var share = new Share<V>(x, mean, factor, shift, y, length / pixels, channels, pixels, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(float* x, float* mean, float* factor, float* shift, float* y, int planes, int channels, int pixels, int parts) : IWork where V : struct, ILanes<V>
        {
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public void Run(int part)
            {
                int end = (int)((long)planes * (part + 1) / parts);
                for (int plane = (int)((long)planes * part / parts); plane < end; plane++)
                {
                    int channel = plane % channels;
                    V middle = V.Fill(mean[channel]), scale = V.Fill(factor[channel]), level = V.Fill(shift[channel]);
                    float* from = x + ((nint)plane * pixels), to = y + ((nint)plane * pixels);
                    for (int i = 0; i < pixels; i += V.Count)
                    {
                        int here = Math.Min(V.Count, pixels - i);
                        Loops<V>.StoreUpTo(V.MultiplyAdd(Loops<V>.LoadUpTo(from + i, here) - middle, scale, level), to + i, here);
                    }
                }
            }
        }
    }

    readonly struct GatherKernel(float* x, float* dy, float* mean, float* sums, float* products, int length, int channels, int pixels) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Parts(length, channels);
            var share = new Share<V>(x, dy, mean, sums, products, length / pixels / channels, channels, pixels, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(float* x, float* dy, float* mean, float* sums, float* products, int batch, int channels, int pixels, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part)
            {
                for (int channel = channels * part / parts; channel < channels * (part + 1) / parts; channel++)
                {
                    double sum = 0, product = 0;
                    for (int image = 0; image < batch; image++)
                    {
                        nint plane = (((nint)image * channels) + channel) * pixels;
                        sum += RunningSums<V>.Of(default(Itself), dy + plane, dy + plane, pixels);
                        product += RunningSums<V>.Of(new DeviationTimes(mean[channel]), x + plane, dy + plane, pixels);
                    }

                    (sums[channel], products[channel]) = ((float)sum, (float)product);
                }
            }
        }
    }

    readonly struct SlopeKernel(float* x, float* dy, float* mean, float* factor, float* slope, float* level, float* dx, int length, int channels, int pixels, bool accumulate) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = Parts(length, length / pixels);
            var share = new Share<V>(x, dy, mean, factor, slope, level, dx, length / pixels, channels, pixels, parts, accumulate);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(float* x, float* dy, float* mean, float* factor, float* slope, float* level, float* dx, int planes, int channels, int pixels, int parts, bool accumulate) : IWork where V : struct, ILanes<V>
        {
            [MethodImpl(MethodImplOptions.AggressiveOptimization)]
            public void Run(int part)
            {
                int end = (int)((long)planes * (part + 1) / parts);
                for (int plane = (int)((long)planes * part / parts); plane < end; plane++)
                {
                    int channel = plane % channels;
                    V middle = V.Fill(mean[channel]), scale = V.Fill(factor[channel]), tilt = V.Fill(slope[channel]), height = V.Fill(level[channel]);
                    nint start = (nint)plane * pixels;
                    for (int i = 0; i < pixels; i += V.Count)
                    {
                        int here = Math.Min(V.Count, pixels - i);
                        var value = V.MultiplyAdd(scale, Loops<V>.LoadUpTo(dy + start + i, here), V.MultiplyAdd(tilt, Loops<V>.LoadUpTo(x + start + i, here) - middle, height));
                        if (accumulate) value += Loops<V>.LoadUpTo(dx + start + i, here);
                        Loops<V>.StoreUpTo(value, dx + start + i, here);
                    }
                }
            }
        }
    }
}
