using System.Runtime.Intrinsics;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>The channels of one image and group with zeros around (and between) their pixels, so that no loop behind asks where the image ends. Where windows are the pixels, the image itself.</summary>
/// <remarks>Windows a stride apart: each channel falls into planes, one for every position within a stride, so that neighbouring windows are neighbours in memory whatever the stride; see <see cref="Taps"/>.</remarks>
readonly unsafe struct Canvas
{
    /// <summary>So many floats may be read beyond the end: three of the widest vectors.</summary>
    const int Slack = 48;

    /// <summary>Fewer pixels are not worth another thread.</summary>
    const int WorthSharing = 1 << 15;

    readonly Block? _block;

    Canvas(float* pixels, Block? block)
    {
        Pixels = pixels;
        _block = block;
    }

    /// <summary>The first channel; the others follow.</summary>
    public float* Pixels { get; }

    /// <summary>Whether vectors may be read beyond the end.</summary>
    public bool HasSlack => _block != null;

    /// <summary>Paints one image.</summary>
    /// <param name="sizes">Sizes of the convolution.</param>
    /// <param name="image">The first channel of the group.</param>
    /// <param name="slack">Whether vectors will be read beyond the end: then an image is never used where it lies.</param>
    public static Canvas Paint(in ConvolutionSizes sizes, float* image, bool slack = false)
    {
        if (sizes.IsBare && !slack) return new(image, null);
        int length = sizes.GroupInputs * sizes.CanvasLength;
        var block = BlockPool.Rent(length + Slack);
        new Span<float>(block.Pointer + length, Slack).Clear();
        int parts = length < WorthSharing ? 1 : Math.Min(2 * Workers.Count, sizes.GroupInputs);
        var share = new Share(sizes, image, block.Pointer, parts);
        Workers.Run(parts, ref share);
        return new(block.Pointer, block);
    }

    /// <summary>Gives the memory back.</summary>
    public void Return()
    {
        if (_block != null) BlockPool.Return(_block);
    }

    /// <summary>Some of the channels.</summary>
    readonly struct Share(ConvolutionSizes sizes, float* image, float* target, int parts) : IWork
    {
        public void Run(int part)
        {
            int from = sizes.GroupInputs * part / parts, to = sizes.GroupInputs * (part + 1) / parts, length = sizes.CanvasLength;
            new Span<float>(target + ((nint)from * length), (to - from) * length).Clear();
            for (int channel = from; channel < to; channel++) Paint(sizes, image + ((nint)channel * sizes.ImageLength), target + ((nint)channel * length));
        }
    }

    static void Paint(in ConvolutionSizes sizes, float* image, float* target)
    {
        var (fromRow, toRow) = Rows(sizes);
        for (int row = fromRow; row < toRow; row++) PaintRow(sizes, row, image + ((nint)row * sizes.Image.Width), target);
    }

    /// <summary>Which rows of the image fall on the canvas.</summary>
    public static (int From, int To) Rows(in ConvolutionSizes sizes) => Inside(sizes.Image.Height, sizes.Before.Height, sizes.Spread.Height, sizes.Canvas.Height);

    /// <summary>Paints one row of a channel. Pixels are moved and nothing else: they may be whatever has 32 bits.</summary>
    /// <param name="sizes">Sizes of the convolution.</param>
    /// <param name="row">Which, of <see cref="Rows"/>.</param>
    /// <param name="source">Its pixels.</param>
    /// <param name="target">The channel's planes, painted with zeros before.</param>
    public static void PaintRow(in ConvolutionSizes sizes, int row, float* source, float* target)
    {
        Extent spread = sizes.Spread, stride = sizes.Stride, plane = sizes.Plane;
        var (from, to) = Inside(sizes.Image.Width, sizes.Before.Width, spread.Width, sizes.Canvas.Width);
        int down = sizes.Before.Height + (row * spread.Height);
        if (!IsSeen(down % stride.Height, sizes.Kernel.Height, sizes.Dilation.Height, stride.Height)) return;
        float* line = target + ((((nint)(down % stride.Height) * stride.Width * plane.Height) + (down / stride.Height)) * plane.Width);
        if (stride.Width == 1 && spread.Width == 1)
        {
            new ReadOnlySpan<float>(source + from, to - from).CopyTo(new Span<float>(line + sizes.Before.Width + from, to - from));
            return;
        }

        int first = from;
        if (stride.Width == 2 && spread.Width == 1 && sizes.Kernel.Width >= 2 && sizes.Dilation.Width == 1)
            first = SpreadTwos(source, from, to, sizes.Before.Width, line, plane.Height * plane.Width);
        else if (stride.Width == 4 && spread.Width == 1 && sizes.Kernel.Width >= 4 && sizes.Dilation.Width == 1)
            first = SpreadFours(source, from, to, sizes.Before.Width, line, plane.Height * plane.Width);
        for (int phase = 0; phase < stride.Width; phase++)
            if (IsSeen(phase, sizes.Kernel.Width, sizes.Dilation.Width, stride.Width))
                Spread(source, first, to, sizes.Before.Width, spread.Width, stride.Width, phase, line + ((nint)phase * plane.Height * plane.Width));
    }

    /// <summary>As many pixels of a row as can be parted in registers, to places two apart; returns the first that is left.</summary>
    static int SpreadTwos(float* source, int from, int to, int before, float* line, nint plane)
    {
        if (from < to && (before + from) % 2 != 0) line[plane + ((before + from) / 2)] = source[from++];
        for (; from <= to - 8; from += 8)
        {
            Vector128<float> left = Vector128.Load(source + from), right = Vector128.Load(source + from + 4);
            Transposition.Even(left, right).Store(line + ((before + from) / 2));
            Transposition.Odd(left, right).Store(line + plane + ((before + from) / 2));
        }

        return from;
    }

    /// <summary>As many pixels of a row as can be turned in registers, to places four apart; returns the first that is left.</summary>
    static int SpreadFours(float* source, int from, int to, int before, float* line, nint plane)
    {
        for (; from < to && (before + from) % 4 != 0; from++) line[((before + from) % 4 * plane) + ((before + from) / 4)] = source[from];
        for (; from <= to - 16; from += 16) Transposition.Turn4(source + from, 4, line + ((before + from) / 4), plane);
        return from;
    }

    /// <summary>Every pixel of a row whose place on the canvas is so far into a stride.</summary>
    static void Spread(float* source, int from, int to, int before, int spread, int stride, int phase, float* line)
    {
        while (from < to && (before + (from * spread)) % stride != phase) from++;
        if (spread == 1)
            for (float* target = line + ((before + from) / stride); from < to; from += stride) *target++ = source[from];
        else if (stride == 1)
            for (float* target = line + before + (from * spread); from < to; from++, target += spread) *target = source[from];
        else
            for (; from < to; from++)
                if ((before + (from * spread)) % stride == phase) line[(before + (from * spread)) / stride] = source[from];
    }

    /// <summary>Whether any tap of the kernel falls on places so far into a stride.</summary>
    static bool IsSeen(int phase, int kernel, int dilation, int stride)
    {
        for (int tap = 0; tap < kernel; tap++)
            if (tap * dilation % stride == phase) return true;
        return false;
    }

    /// <summary>Which pixels fall on the canvas, when margins cut some off.</summary>
    static (int From, int To) Inside(int size, int before, int spread, int canvas)
    {
        int from = before >= 0 ? 0 : (-before + spread - 1) / spread;
        int to = Math.Min(size, ((canvas - 1 - before) / spread) + 1);
        return (from, Math.Max(from, to));
    }
}
