using System.Numerics;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Convolutions of images of bytes, summed in 32 bits: ConvInteger, and the sums within QLinearConv. What lies outside the image is the zero point of the image, so that it adds nothing.</summary>
/// <remarks>The direct way, as for few channels in single precision: pixels less their zero point lie on a canvas, two channels side by side, and a strip of rows is summed for four outputs at a time. Exact on every path.</remarks>
public sealed unsafe class IntegerFilters
{
    /// <summary>So many sums of an output are in flight (8 KiB for all four), which come from a canvas of so many pairs (128 KiB): the one stays in the first-level cache, the other in the second.</summary>
    const int Together = 512, CanvasThatStays = 1 << 15;

    /// <summary>Outputs in a panel, unless a group has only one.</summary>
    const int Height = 4;

    readonly ConvolutionSizes _sizes;
    readonly int[] _panels;

    IntegerFilters(in ConvolutionSizes sizes, int[] panels) => (_sizes, _panels) = (sizes, panels);

    /// <summary>Packs the filters of a convolution.</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="sbyte"/>.</typeparam>
    /// <param name="sizes">Sizes; batch, image, stride, dilation and margins may be others in each call.</param>
    /// <param name="weight">w, shape [outputs, inputs / groups, kernel height, kernel width].</param>
    /// <param name="zeroPoints">One for each output, one for all, or none: 0.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static IntegerFilters Pack<T>(in ConvolutionSizes sizes, ReadOnlySpan<T> weight, ReadOnlySpan<T> zeroPoints = default) where T : unmanaged, IBinaryInteger<T>
    {
        if (weight.Length != (long)sizes.Outputs * sizes.Depth || (zeroPoints.Length > 1 && zeroPoints.Length != sizes.Outputs))
            throw new ShapeException("Integer convolution", $"{weight.Length} weights, {zeroPoints.Length} zero points", $"{sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}], and a zero point for each, one for all or none", "Check the sizes.");
        int height = HeightOf(sizes), taps = sizes.Kernel.Height * sizes.Kernel.Width, pairs = PairsOf(sizes) * taps, next = 0;
        int[] panels = new int[checked(sizes.Groups * PanelsOf(sizes) * height * pairs)];
        for (int group = 0; group < sizes.Groups; group++)
            for (int top = 0; top < PanelsOf(sizes) * height; top += height)
                for (int pair = 0; pair < pairs; pair++)
                    for (int row = top; row < top + height; row++, next++)
                    {
                        if (row >= sizes.GroupOutputs) continue;   // zeros fill the last panel up
                        int output = (group * sizes.GroupOutputs) + row, at = (output * sizes.Depth) + (pair / taps * 2 * taps) + (pair % taps);
                        int zero = zeroPoints.IsEmpty ? 0 : int.CreateTruncating(zeroPoints[zeroPoints.Length == 1 ? 0 : output]);
                        int low = int.CreateTruncating(weight[at]) - zero, high = (pair / taps * 2) + 1 < sizes.GroupInputs ? int.CreateTruncating(weight[at + taps]) - zero : 0;
                        panels[next] = (low & 0xFFFF) | (high << 16);
                    }

        return new(sizes, panels);
    }

    /// <summary>y = (w − zero points) ∗ (x − zero point).</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="sbyte"/>.</typeparam>
    /// <param name="sizes">Sizes of this call; channels, groups and kernel are those it was packed for.</param>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="zeroPoint">Of x, and of its margins.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes, or the sizes the filters.</exception>
    /// <param name="y">Shape [batch, outputs, result height, result width]; overwritten.</param>
    public void Run<T>(in ConvolutionSizes sizes, ReadOnlySpan<T> x, T zeroPoint, Span<int> y) where T : unmanaged, IBinaryInteger<T>
    {
        if (y.Length != (long)sizes.Batch * sizes.Outputs * sizes.ResultLength)
            throw new ShapeException("Integer convolution", $"{y.Length} numbers out", $"[{sizes.Batch}, {sizes.Outputs}, {sizes.Result}]", "Check the sizes.");
        Run(sizes, x, zeroPoint, new IntegerRows(y));
    }

    /// <summary>Sums (w − zero points) ∗ (x − zero point), and hands them on.</summary>
    /// <typeparam name="T"><see cref="byte"/> or <see cref="sbyte"/>.</typeparam>
    /// <typeparam name="TSums">What becomes of the sums.</typeparam>
    /// <param name="sizes">Sizes of this call; channels, groups and kernel are those it was packed for.</param>
    /// <param name="x">Shape [batch, inputs, height, width].</param>
    /// <param name="zeroPoint">Of x, and of its margins.</param>
    /// <param name="sums">Takes the sums.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes, or the sizes the filters.</exception>
    public void Run<T, TSums>(in ConvolutionSizes sizes, ReadOnlySpan<T> x, T zeroPoint, TSums sums) where T : unmanaged, IBinaryInteger<T> where TSums : struct, IIntegerSums, allows ref struct
    {
        if ((sizes.Inputs, sizes.Outputs, sizes.Kernel, sizes.Groups) != (_sizes.Inputs, _sizes.Outputs, _sizes.Kernel, _sizes.Groups) || x.Length != (long)sizes.Batch * sizes.Inputs * sizes.ImageLength)
            throw new ShapeException("Integer convolution", $"{x.Length} numbers in, {sizes.Outputs} filters of [{sizes.GroupInputs}, {sizes.Kernel}] in {sizes.Groups} groups",
                $"[{sizes.Batch}, {sizes.Inputs}, {sizes.Image}] and the filters that were packed", "Check the sizes.");
        if (sizes.Batch == 0 || sizes.Outputs == 0 || sizes.ResultLength == 0) return;
        switch (KernelPath.LaneCount)
        {
            case 16: Run<T, TSums, Pairs16>(sizes, x, zeroPoint, sums); break;
            case 8: Run<T, TSums, Pairs8>(sizes, x, zeroPoint, sums); break;
            case 4: Run<T, TSums, Pairs4>(sizes, x, zeroPoint, sums); break;
            default: Run<T, TSums, Pairs1>(sizes, x, zeroPoint, sums); break;
        }
    }

    void Run<T, TSums, P>(in ConvolutionSizes sizes, ReadOnlySpan<T> x, T zeroPoint, TSums sums) where T : unmanaged, IBinaryInteger<T> where TSums : struct, IIntegerSums, allows ref struct where P : struct, IPairs<P>
    {
        int images = sizes.Batch * sizes.Groups;
        bool shares = sizes.Work >= Convolution.WorthSharing;
        var strips = new Strips(sizes with { Inputs = sizes.Groups * PairsOf(sizes) }, Together, CanvasThatStays, shares && images < 2 * Workers.Count ? 2 * Workers.Count : 1);
        var taps = new Taps(strips.At(0));
        fixed (T* px = x)
        fixed (int* panels = _panels)
        {
            var share = new Share<T, TSums, P>(sizes, strips, taps.Offsets, px, int.CreateTruncating(zeroPoint), panels, sums);
            if (shares) Workers.Run(images * strips.Count, ref share);
            else for (int part = 0; part < images * strips.Count; part++) share.Run(part);
        }

        taps.Return();
    }

    static int HeightOf(in ConvolutionSizes sizes) => sizes.GroupOutputs == 1 ? 1 : Height;

    static int PanelsOf(in ConvolutionSizes sizes) => (sizes.GroupOutputs + HeightOf(sizes) - 1) / HeightOf(sizes);

    /// <summary>Pairs of channels in a group.</summary>
    static int PairsOf(in ConvolutionSizes sizes) => (sizes.GroupInputs + 1) / 2;

    /// <summary>One strip of one image's group.</summary>
    readonly ref struct Share<T, TSums, P>(ConvolutionSizes sizes, Strips strips, int* taps, T* x, int zeroPoint, int* panels, TSums sums) : IWork
        where T : unmanaged, IBinaryInteger<T> where TSums : struct, IIntegerSums, allows ref struct where P : struct, IPairs<P>
    {
        readonly TSums _sums = sums;

        public void Run(int part)
        {
            Extent result = sizes.Result;
            int image = part / strips.Count / sizes.Groups, group = part / strips.Count % sizes.Groups, first = part % strips.Count * strips.Rows, count = Math.Min(strips.Rows, result.Height - first);
            var strip = strips.At(part % strips.Count);
            int pitch = strip.Plane.Width, length = ((count - 1) * pitch) + result.Width, line = DirectIntegerTiles<P>.LineLength(length), height = HeightOf(sizes), depth = strip.Depth;
            var canvas = BlockPool.Rent((strip.GroupInputs * strip.CanvasLength) + PairCanvas.Slack);
            var lines = BlockPool.Rent(height * line);
            PairCanvas.Paint(strip, x + ((((nint)image * sizes.Inputs) + (group * sizes.GroupInputs)) * sizes.ImageLength), sizes.GroupInputs, zeroPoint, (int*)canvas.Pointer);
            int* panel = panels + ((nint)group * PanelsOf(sizes) * height * depth);
            for (int output = 0; output < sizes.GroupOutputs; output += height, panel += height * depth)
            {
                DirectIntegerTiles<P>.Run(height, (int*)canvas.Pointer, length, taps, depth, panel, (int*)lines.Pointer, line);
                for (int i = 0; i < Math.Min(height, sizes.GroupOutputs - output); i++)
                {
                    int channel = (group * sizes.GroupOutputs) + output + i, at = ((((image * sizes.Outputs) + channel) * result.Height) + first) * result.Width;
                    _sums.Take(channel, at, new Span<int>((int*)lines.Pointer + (i * line), length), result.Width, pitch);
                }
            }

            BlockPool.Return(lines);
            BlockPool.Return(canvas);
        }
    }
}
