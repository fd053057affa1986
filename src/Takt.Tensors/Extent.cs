namespace Takt.Tensors;

/// <summary>A height and a width: of a kernel, a step, a margin. One number stands for both.</summary>
/// <param name="Height">Along the rows of an image.</param>
/// <param name="Width">Along its columns; the only one that counts for sequences.</param>
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>The same both ways.</summary>
    public static implicit operator Extent(int both) => new(both, both);

    /// <summary>Height and width.</summary>
    public static implicit operator Extent((int Height, int Width) sizes) => new(sizes.Height, sizes.Width);

    /// <summary>3×3.</summary>
    public override string ToString() => $"{Height}×{Width}";
}
