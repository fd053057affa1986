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
            var rows = new CanvasRows(sizes);
            for (int channel = from; channel < to; channel++)
                for (int row = rows.First; row < rows.End; row++)
                    rows.Paint(row, image + ((nint)channel * sizes.ImageLength) + ((nint)row * sizes.Image.Width), target + ((nint)channel * length));
        }
    }
}
