using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolutions over any number of axes in any precision, one number at a time: the definition, for what the fast kernels do not know.</summary>
static class PlainConvolution
{
    /// <summary>y[b, o, i] = bias[o] + Σ over c and taps u of w[o, c, u] · x[b, c, i·stride + u·dilation − before].</summary>
    /// <param name="windows">Sizes.</param>
    /// <param name="groups">Channels fall into so many groups that do not see each other.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="x">[batch, channels, image].</param>
    /// <param name="weight">[outputs, channels of a group, kernel].</param>
    /// <param name="bias">One number per output, or empty.</param>
    /// <param name="y">[batch, outputs, result].</param>
    /// <param name="channels">Channels of x.</param>
    public static void Run<T>(WindowSizes windows, int groups, int channels, int outputs, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int image = windows.ImageLength, result = windows.ResultLength, taps = windows.KernelLength, inside = channels / groups, plane = 0;
        if (y.IsEmpty) return;
        Span<int> window = stackalloc int[windows.Axes], tap = stackalloc int[windows.Axes];
        for (int start = 0; start < y.Length; start += result, plane++)
        {
            int o = plane % outputs, first = (plane / outputs * channels) + (o / (outputs / groups) * inside);
            window.Clear();
            for (int i = 0; i < result; i++, Broadcast.Advance(window, windows.Result))
            {
                var sum = bias.IsEmpty ? T.Zero : bias[o];
                for (int c = 0; c < inside; c++)
                {
                    var pixels = x.Slice((first + c) * image, image);
                    var kernel = weight.Slice(((o * inside) + c) * taps, taps);
                    tap.Clear();
                    for (int u = 0; u < taps; u++, Broadcast.Advance(tap, windows.Kernel))
                        if (windows.Place(window, tap, out _) is >= 0 and var place) sum = T.FusedMultiplyAdd(kernel[u], pixels[place], sum);
                }

                y[start + i] = sum;
            }
        }
    }

    /// <summary>The way back, which is the transposed convolution: every x[b, c] adds w[c, o, u] · x to what its window of y covers.</summary>
    /// <param name="windows">Sizes of the convolution from y to x: its image is y's, its result x's.</param>
    /// <param name="groups">Channels fall into so many groups that do not see each other.</param>
    /// <param name="channels">Channels of x.</param>
    /// <param name="outputs">Channels of y.</param>
    /// <param name="x">[batch, channels, result].</param>
    /// <param name="weight">[channels, outputs of a group, kernel].</param>
    /// <param name="bias">One number per channel of y, or empty.</param>
    /// <param name="y">[batch, outputs, image].</param>
    public static void RunBack<T>(WindowSizes windows, int groups, int channels, int outputs, ReadOnlySpan<T> x, ReadOnlySpan<T> weight, ReadOnlySpan<T> bias, Span<T> y)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        int image = windows.ImageLength, result = windows.ResultLength, taps = windows.KernelLength, made = outputs / groups, plane = 0;
        for (int start = 0; start < y.Length; start += image, plane++) y.Slice(start, image).Fill(bias.IsEmpty ? T.Zero : bias[plane % outputs]);
        if (y.IsEmpty) return;
        Span<int> window = stackalloc int[windows.Axes], tap = stackalloc int[windows.Axes];
        plane = 0;
        for (int start = 0; start < x.Length; start += result, plane++)
        {
            int c = plane % channels, first = (plane / channels * outputs) + (c / (channels / groups) * made);
            for (int o = 0; o < made; o++)
            {
                var pixels = y.Slice((first + o) * image, image);
                var kernel = weight.Slice(((c * made) + o) * taps, taps);
                window.Clear();
                for (int i = 0; i < result; i++, Broadcast.Advance(window, windows.Result))
                {
                    tap.Clear();
                    for (int u = 0; u < taps; u++, Broadcast.Advance(tap, windows.Kernel))
                        if (windows.Place(window, tap, out _) is >= 0 and var place) pixels[place] = T.FusedMultiplyAdd(kernel[u], x[start + i], pixels[place]);
                }
            }
        }
    }
}
