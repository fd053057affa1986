using Takt.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Sizes of any number of axes as the kernels for images know them.</summary>
static class Extents
{
    /// <summary>The last two sizes, or the only one as a width.</summary>
    /// <param name="sizes">One number an axis.</param>
    /// <param name="otherwise">The height where there is one axis.</param>
    public static Extent Last(ReadOnlySpan<int> sizes, int otherwise) => sizes.Length == 1 ? (otherwise, sizes[0]) : (sizes[^2], sizes[^1]);
}
