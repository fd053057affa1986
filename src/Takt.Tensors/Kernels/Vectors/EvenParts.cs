using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Many numbers cut into parts of the same size, one for each thread.</summary>
static class EvenParts
{
    /// <summary>Fewer numbers than this are not worth another thread.</summary>
    const int WorthSharing = 1 << 15;

    /// <summary>How many parts to cut so many numbers into. Asked once for each piece of work: what others set meanwhile must not move the cuts.</summary>
    public static int Of(long count) => count < WorthSharing ? 1 : Workers.Count;

    /// <summary>Where a part begins: a multiple of 16, so that parts share no line of the cache.</summary>
    public static int Begin(int part, int parts, int count) => part == parts ? count : (int)((long)count * part / parts) & ~15;
}
