using Takt.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Sizes of any number of axes as the kernels for images know them.</summary>
static class Extents
{
    /// <summary>The last two sizes, or the only one as a width.</summary>
    /// <param name="sizes">One number an axis.</param>
    /// <param name="otherwise">The height where there is one axis.</param>
    public static Extent Last(ReadOnlySpan<int> sizes, int otherwise) => sizes.Length == 1 ? (otherwise, sizes[0]) : (sizes[^2], sizes[^1]);

    /// <summary>Asks for the memory that an image takes with its padding, before a kernel does: a damaged file may ask for more padding than there is memory.</summary>
    /// <param name="call">The node, for errors.</param>
    /// <param name="image">Height and width.</param>
    /// <param name="before">Padding in front.</param>
    /// <param name="after">Padding behind.</param>
    /// <param name="stride">Sizes are rounded up to it.</param>
    /// <param name="channels">Images that are padded together.</param>
    public static void CheckPadded(Call call, Extent image, Extent before, Extent after, Extent stride, int channels)
    {
        const long worthAsking = 4 << 20;   // elements; less is always there
        long padded = (long)(image.Height + before.Height + after.Height + stride.Height) * (image.Width + before.Width + after.Width + stride.Width);
        if (padded > Array.MaxLength || padded * channels > Array.MaxLength) throw call.Wrong($"{padded:N0} elements a channel with the padding", $"at most {Array.MaxLength:N0} together");
        if (padded * channels > worthAsking) Budget.Take(padded * channels * sizeof(float));
    }
}
