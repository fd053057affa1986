using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>Paints the rows of a channel onto its canvas. Pixels are moved and nothing else: they may be whatever has 32 bits.</summary>
readonly unsafe struct CanvasRows
{
    readonly Extent _stride, _spread, _before, _plane;
    readonly ConvolutionSizes _sizes;
    readonly int _from, _to;   // the columns that fall on the canvas

    public CanvasRows(in ConvolutionSizes sizes)
    {
        _sizes = sizes;
        (_stride, _spread, _before, _plane) = (sizes.Stride, sizes.Spread, sizes.Before, sizes.Plane);
        Extent canvas = sizes.Canvas;
        (First, End) = Inside(sizes.Image.Height, _before.Height, _spread.Height, canvas.Height);
        (_from, _to) = Inside(sizes.Image.Width, _before.Width, _spread.Width, canvas.Width);
    }

    /// <summary>The first row of the image that falls on the canvas.</summary>
    public int First { get; }

    /// <summary>Behind the last.</summary>
    public int End { get; }

    /// <summary>Paints one row.</summary>
    /// <param name="row">Which, from <see cref="First"/> on.</param>
    /// <param name="source">Its pixels.</param>
    /// <param name="target">The channel's planes, painted with zeros before.</param>
    public void Paint(int row, float* source, float* target)
    {
        int down = _before.Height + (row * _spread.Height);
        if (_stride == 1)
        {
            float* to = target + ((nint)down * _plane.Width) + _before.Width;
            if (_spread.Width == 1) new ReadOnlySpan<float>(source + _from, _to - _from).CopyTo(new Span<float>(to + _from, _to - _from));
            else Spread(source, _from, _to, 0, to - _before.Width);
            return;
        }

        if (!IsSeen(down % _stride.Height, _sizes.Kernel.Height, _sizes.Dilation.Height, _stride.Height)) return;
        float* line = target + ((((nint)(down % _stride.Height) * _stride.Width * _plane.Height) + (down / _stride.Height)) * _plane.Width);
        nint plane = (nint)_plane.Height * _plane.Width;
        int first = _from;
        if (_stride.Width == 2 && _spread.Width == 1 && _sizes.Kernel.Width >= 2 && _sizes.Dilation.Width == 1) first = SpreadTwos(source, line, plane);
        else if (_stride.Width == 4 && _spread.Width == 1 && _sizes.Kernel.Width >= 4 && _sizes.Dilation.Width == 1) first = SpreadFours(source, line, plane);
        for (int phase = 0; phase < _stride.Width; phase++)
            if (IsSeen(phase, _sizes.Kernel.Width, _sizes.Dilation.Width, _stride.Width)) Spread(source, first, _to, phase, line + (phase * plane));
    }

    /// <summary>As many pixels of a row as can be parted in registers, to places two apart; returns the first that is left.</summary>
    int SpreadTwos(float* source, float* line, nint plane)
    {
        int from = _from, before = _before.Width;
        if (from < _to && (before + from) % 2 != 0) line[plane + ((before + from) / 2)] = source[from++];
        for (; from <= _to - 8; from += 8)
        {
            Vector128<float> left = Vector128.Load(source + from), right = Vector128.Load(source + from + 4);
            Transposition.Even(left, right).Store(line + ((before + from) / 2));
            Transposition.Odd(left, right).Store(line + plane + ((before + from) / 2));
        }

        return from;
    }

    /// <summary>As many pixels of a row as can be turned in registers, to places four apart; returns the first that is left.</summary>
    int SpreadFours(float* source, float* line, nint plane)
    {
        int from = _from, before = _before.Width;
        for (; from < _to && (before + from) % 4 != 0; from++) line[((before + from) % 4 * plane) + ((before + from) / 4)] = source[from];
        for (; from <= _to - 16; from += 16) Transposition.Turn4(source + from, 4, line + ((before + from) / 4), plane);
        return from;
    }

    /// <summary>Every pixel of a row whose place on the canvas is so far into a stride.</summary>
    void Spread(float* source, int from, int to, int phase, float* line)
    {
        int before = _before.Width, spread = _spread.Width, stride = _stride.Width;
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
