namespace Takt.Tensors.Kernels;

/// <summary>The sizes of a pooling: windows of every plane (channel of an image), stride apart.</summary>
/// <param name="Planes">Images times channels.</param>
/// <param name="Image">Height and width of a plane; height 1 for sequences.</param>
/// <param name="Kernel">Height and width of a window.</param>
public readonly record struct PoolingSizes(int Planes, Extent Image, Extent Kernel)
{
    /// <summary>Pixels from window to window.</summary>
    public Extent Stride { get; init; } = Kernel;

    /// <summary>Rows above and columns left of the plane.</summary>
    public Extent Before { get; init; }

    /// <summary>Rows below and columns right of the plane.</summary>
    public Extent After { get; init; }

    /// <summary>Whether a mean counts what lies outside the plane, as zeros.</summary>
    public bool CountsPadding { get; init; }

    /// <summary>Height and width of the result.</summary>
    public Extent Result => (
        Windows(Image.Height + Before.Height + After.Height, Kernel.Height, Stride.Height), Windows(Image.Width + Before.Width + After.Width, Kernel.Width, Stride.Width));

    internal int ImageLength => Image.Height * Image.Width;

    internal int ResultLength => Result.Height * Result.Width;

    /// <summary>Windows of 2×2 side by side: the usual case, for which there are loops of their own.</summary>
    public bool IsHalving => Kernel == 2 && Stride == 2 && Before == 0 && After == 0;

    /// <summary>Which pixels of the plane lie in a window, and by how many its sum is divided for the mean.</summary>
    internal (int Top, int Bottom, int Left, int Right, int Count) Window(int row, int column)
    {
        int y = (row * Stride.Height) - Before.Height, x = (column * Stride.Width) - Before.Width;
        int top = Math.Max(y, 0), bottom = Math.Min(y + Kernel.Height, Image.Height), left = Math.Max(x, 0), right = Math.Min(x + Kernel.Width, Image.Width);
        return (top, bottom, left, right, CountsPadding ? Kernel.Height * Kernel.Width : (bottom - top) * (right - left));
    }

    static int Windows(int size, int kernel, int stride) => size < kernel ? 0 : ((size - kernel) / stride) + 1;
}
