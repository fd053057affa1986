using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>A piece of memory that grows to the largest need it has met and is then used again and again.</summary>
sealed class Storage
{
    /// <summary>Bytes: a cache line, and the widest vector register.</summary>
    const int Alignment = 64;

    byte[] _bytes = [];
    int _offset;

    /// <summary>The first <paramref name="length"/> bytes, aligned to 64; whatever was there before is still there only if the storage did not have to grow.</summary>
    public Span<byte> Take(long length)
    {
        if (length > _bytes.Length - _offset) Grow(length);
        return _bytes.AsSpan(_offset, (int)length);
    }

    /// <summary>The same as numbers.</summary>
    public Span<T> Take<T>(long count) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Take(checked(count * Unsafe.SizeOf<T>())));

    void Grow(long length)
    {
        if (length > Array.MaxLength - Alignment)
            throw new InputException($"a tensor of {length:N0} bytes", $"at most {Array.MaxLength - Alignment:N0}", "Send smaller batches.");
        _bytes = GC.AllocateUninitializedArray<byte>((int)length + Alignment, pinned: true);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
        _offset = (int)(-address & (Alignment - 1));
    }
}
