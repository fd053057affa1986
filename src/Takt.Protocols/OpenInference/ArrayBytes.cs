using System.Buffers;
using System.Runtime.InteropServices;

namespace Takt.Protocols.OpenInference;

/// <summary>The bytes of an array, seen as memory without a copy.</summary>
static class ArrayBytes
{
    public static ReadOnlyMemory<byte> Of<T>(T[] values) where T : unmanaged => values is byte[] bytes ? bytes : new Manager<T>(values).Memory;

    sealed class Manager<T>(T[] values) : MemoryManager<byte> where T : unmanaged
    {
        GCHandle _pinned;
        int _pins;

        public override Span<byte> GetSpan() => MemoryMarshal.AsBytes(values.AsSpan());

        public override unsafe MemoryHandle Pin(int elementIndex = 0)
        {
            lock (values)
            {
                if (_pins++ == 0) _pinned = GCHandle.Alloc(values, GCHandleType.Pinned);
                return new MemoryHandle((byte*)_pinned.AddrOfPinnedObject() + elementIndex, pinnable: this);
            }
        }

        public override void Unpin()
        {
            lock (values)
                if (--_pins == 0) _pinned.Free();
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
