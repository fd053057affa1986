using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Takt.Tensors.Kernels;

/// <summary>Asks for memory ahead of its use, where the processor's own guess fails: it stops at the end of every row. Nothing is read, so an address may lie beyond the end.</summary>
static unsafe class Prefetch
{
    /// <summary>Floats in a line of the cache.</summary>
    public const int Line = 16;

    /// <summary>Brings the line of an address into the second-level cache; the first one is full of what is being multiplied.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Near(float* address)
    {
        if (Sse.IsSupported) Sse.Prefetch1(address);
    }

    /// <summary>The same for some floats side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Near(float* first, int count)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < count; i += Line) Sse.Prefetch1(first + i);
    }
}
