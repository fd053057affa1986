using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Takt.Tensors;

/// <summary>
/// Memory that does not move, with a part that begins on a 64-byte line. Small pieces lie among the runtime's pinned objects. Large ones lie among its large objects and are held
/// in place by a handle: there they have regions to themselves, which go back to the system whole, while one small neighbour would keep a region of pinned objects.
/// </summary>
/// <typeparam name="T">A type whose size divides 64.</typeparam>
#pragma warning disable CA1001 // the pin goes when nobody has the array any more: spans of it may outlive whoever made it
public sealed class PinnedArray<T> where T : unmanaged
#pragma warning restore CA1001
{
    /// <summary>Bytes: a cache line, and the widest vector register.</summary>
    public const int Alignment = 64;

    /// <summary>Bytes from which the runtime counts an object as large.</summary>
    const int Large = 85_000;

    readonly T[] _array;
    readonly int _start;
    readonly Pin? _pin;

    /// <summary>Gets memory; what is in it is not defined.</summary>
    /// <param name="length">Elements.</param>
    public PinnedArray(int length)
    {
        int padding = (Alignment / Unsafe.SizeOf<T>()) - 1;
        Length = length;
        bool large = ((long)length + padding) * Unsafe.SizeOf<T>() >= Large;
        _array = GC.AllocateUninitializedArray<T>(length + padding, pinned: !large);
        if (large) _pin = new Pin(_array);
        long address = Marshal.UnsafeAddrOfPinnedArrayElement(_array, 0);
        _start = (int)(-address & (Alignment - 1)) / Unsafe.SizeOf<T>();
    }

    /// <summary>The greatest number of elements.</summary>
    public static int MaxLength { get; } = Array.MaxLength - Alignment;

    /// <summary>How many elements there are.</summary>
    public int Length { get; }

    /// <summary>The address of the first element. Whoever uses it keeps this object alive meanwhile.</summary>
    public unsafe T* Pointer => (T*)Marshal.UnsafeAddrOfPinnedArrayElement(_array, _start);

    /// <summary>The elements, from an aligned address.</summary>
    public Span<T> Span => _array.AsSpan(_start, Length);

    /// <summary>Holds an array in place for as long as somebody has this.</summary>
    sealed class Pin : SafeHandle
    {
        public Pin(T[] array) : base(IntPtr.Zero, ownsHandle: true) => SetHandle(GCHandle.ToIntPtr(GCHandle.Alloc(array, GCHandleType.Pinned)));

        public override bool IsInvalid => handle == IntPtr.Zero;

        protected override bool ReleaseHandle()
        {
            GCHandle.FromIntPtr(handle).Free();
            return true;
        }
    }
}
