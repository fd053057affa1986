using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Sums over images and pixels, one for each channel.</summary>
public static unsafe class ChannelSums
{
    /// <summary>target[c] += Σ over images b and pixels p of x[b, c, p]; pixels as <see cref="RunningSums{V}"/> adds them, images one after the other.</summary>
    /// <param name="x">Shape [batch, channels, pixels].</param>
    /// <param name="pixels">Numbers in a channel of one image.</param>
    /// <param name="target">One number per channel.</param>
    /// <exception cref="ShapeException">x is not a number of whole images.</exception>
    public static void Add(ReadOnlySpan<float> x, int pixels, Span<float> target)
    {
        if (x.IsEmpty) return;
        if (pixels < 1 || target.IsEmpty || x.Length % ((long)pixels * target.Length) != 0)
            throw new ShapeException("ChannelSums", $"{x.Length} numbers in {target.Length} channels of {pixels} pixels", "whole images", "Check channels and pixels.");
        fixed (float* from = x, to = target) KernelPath.Run(new Kernel(from, to, x.Length, target.Length, pixels));
    }

    readonly struct Kernel(float* x, float* target, int length, int channels, int pixels) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            for (int start = 0, channel = 0; start < length; start += pixels, channel = channel + 1 == channels ? 0 : channel + 1)
                target[channel] += RunningSums<V>.Of(default(Itself), x + start, x + start, pixels);
        }
    }
}
