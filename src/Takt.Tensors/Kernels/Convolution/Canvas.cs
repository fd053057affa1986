namespace Takt.Tensors.Kernels;

/// <summary>The channels of one image and group with zeros around (and between) their pixels, so that no loop behind asks where the image ends. Where there is nothing to add, the image itself.</summary>
readonly unsafe struct Canvas
{
    /// <summary>So many floats may be read beyond the end: one vector.</summary>
    const int Slack = 16;

    readonly Block? _block;

    Canvas(float* pixels, Block? block)
    {
        Pixels = pixels;
        _block = block;
    }

    /// <summary>The first channel; the others follow.</summary>
    public float* Pixels { get; }

    /// <summary>Paints one image.</summary>
    /// <param name="sizes">Sizes of the convolution.</param>
    /// <param name="image">The first channel of the group.</param>
    /// <param name="slack">Whether vectors may be read beyond the end: then an image is never used where it lies.</param>
    public static Canvas Paint(in ConvolutionSizes sizes, float* image, bool slack = false)
    {
        if (sizes.IsBare && !slack) return new(image, null);
        int length = sizes.GroupInputs * sizes.CanvasLength;
        var block = BlockPool.Rent(length + Slack);
        new Span<float>(block.Pointer, length + Slack).Clear();
        for (int channel = 0; channel < sizes.GroupInputs; channel++)
            Paint(sizes, image + ((nint)channel * sizes.ImageLength), block.Pointer + ((nint)channel * sizes.CanvasLength));
        return new(block.Pointer, block);
    }

    /// <summary>Gives the memory back.</summary>
    public void Return()
    {
        if (_block != null) BlockPool.Return(_block);
    }

    static void Paint(in ConvolutionSizes sizes, float* image, float* target)
    {
        Extent canvas = sizes.Canvas, spread = sizes.Spread;
        var (fromRow, toRow) = Inside(sizes.Image.Height, sizes.Before.Height, spread.Height, canvas.Height);
        var (from, to) = Inside(sizes.Image.Width, sizes.Before.Width, spread.Width, canvas.Width);
        for (int row = fromRow; row < toRow; row++)
        {
            float* source = image + ((nint)row * sizes.Image.Width), line = target + ((nint)(sizes.Before.Height + (row * spread.Height)) * canvas.Width) + sizes.Before.Width;
            if (spread.Width == 1) new ReadOnlySpan<float>(source + from, to - from).CopyTo(new Span<float>(line + from, to - from));
            else for (int i = from; i < to; i++) line[i * spread.Width] = source[i];
        }
    }

    /// <summary>Which pixels fall on the canvas, when margins cut some off.</summary>
    static (int From, int To) Inside(int size, int before, int spread, int canvas)
    {
        int from = before >= 0 ? 0 : (-before + spread - 1) / spread;
        int to = Math.Min(size, ((canvas - 1 - before) / spread) + 1);
        return (from, Math.Max(from, to));
    }
}
