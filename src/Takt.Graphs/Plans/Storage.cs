using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Plans;

/// <summary>A piece of memory that grows to the largest need it has met and is then used again and again.</summary>
/// <param name="limit">Bytes that it refuses to grow beyond.</param>
sealed class Storage(long limit = long.MaxValue)
{
    readonly long _limit = Math.Min(limit, PinnedArray<byte>.MaxLength);
    PinnedArray<byte>? _bytes;
    string[] _texts = [];

    /// <summary>The first <paramref name="length"/> bytes, aligned to 64; whatever was there before is still there only if the storage did not have to grow.</summary>
    public Span<byte> Take(long length)
    {
        if (_bytes is null || length > _bytes.Length) Grow(length);
        return _bytes!.Span[..(int)length];
    }

    /// <summary>The same as numbers.</summary>
    public Span<T> Take<T>(long count) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Take(checked(count * Unsafe.SizeOf<T>())));

    /// <summary>The same as texts; they lie beside the bytes.</summary>
    public Span<string> TakeTexts(int count)
    {
        if (count > _texts.Length)
        {
            if ((long)count * IntPtr.Size > _limit) throw TooLarge((long)count * IntPtr.Size);
            Budget.Take((long)(count - _texts.Length) * IntPtr.Size);
            _texts = new string[count];
        }

        return _texts.AsSpan(0, count);
    }

    void Grow(long length)
    {
        if (length > _limit) throw TooLarge(length);
        Budget.Take(length - (_bytes?.Length ?? 0));
        _bytes = new PinnedArray<byte>((int)length);
    }

    StorageLimitException TooLarge(long length) => new(new($"a tensor of {length:N0} bytes", $"at most {_limit:N0}", "Send smaller batches."));
}
