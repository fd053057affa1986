using System.Numerics;
using System.Runtime.InteropServices;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reads and writes numbers of whatever element type in the one that a kernel computes in.</summary>
static class Numbers
{
    /// <summary>The elements as <typeparamref name="T"/>: as they stand if they are, else converted.</summary>
    /// <param name="x">Numbers of any type.</param>
    /// <param name="room">At least as long as <paramref name="x"/>; used only where something is to be converted.</param>
    /// <param name="call">Whose errors these are.</param>
    public static ReadOnlySpan<T> Read<T>(Value x, Span<T> room, Call call) where T : unmanaged, INumber<T>
    {
        if (x.Type == ElementTypes.Of<T>()) return x.Read<T>();
        room = room[..x.Count];
        switch (x.Type)
        {
            case ElementType.Float32: Convert<float, T>(x, room); break;
            case ElementType.Float64: Convert<double, T>(x, room); break;
            case ElementType.Float16: Convert<Half, T>(x, room); break;
            case ElementType.Int64: Convert<long, T>(x, room); break;
            case ElementType.Int32: Convert<int, T>(x, room); break;
            case ElementType.Int16: Convert<short, T>(x, room); break;
            case ElementType.Int8 or ElementType.Int4: Convert<sbyte, T>(x, room); break;
            case ElementType.UInt64: Convert<ulong, T>(x, room); break;
            case ElementType.UInt32: Convert<uint, T>(x, room); break;
            case ElementType.UInt16: Convert<ushort, T>(x, room); break;
            case ElementType.UInt8 or ElementType.UInt4 or ElementType.Bool: Convert<byte, T>(x, room); break;
            case ElementType.BFloat16:
                var from = x.Read<BFloat16>();
                for (int i = 0; i < room.Length; i++) room[i] = T.CreateTruncating((float)from[i]);
                break;
            default: throw call.Wrong($"a tensor of {x.Type}", "numbers");
        }

        return room;
    }

    /// <summary>Writes numbers in the element type that is asked for.</summary>
    public static void Write<T>(ReadOnlySpan<T> numbers, Value y, ElementType type, ReadOnlySpan<int> sizes, Call call) where T : unmanaged, INumber<T>
    {
        switch (type)
        {
            case ElementType.Float32: Convert(numbers, y.Write<float>(sizes)); break;
            case ElementType.Float64: Convert(numbers, y.Write<double>(sizes)); break;
            case ElementType.Float16: Convert(numbers, y.Write<Half>(sizes)); break;
            case ElementType.Int64: Convert(numbers, y.Write<long>(sizes)); break;
            case ElementType.Int32: Convert(numbers, y.Write<int>(sizes)); break;
            case ElementType.Int16: Convert(numbers, y.Write<short>(sizes)); break;
            case ElementType.Int8: Convert(numbers, y.Write<sbyte>(sizes)); break;
            case ElementType.UInt64: Convert(numbers, y.Write<ulong>(sizes)); break;
            case ElementType.UInt32: Convert(numbers, y.Write<uint>(sizes)); break;
            case ElementType.UInt16: Convert(numbers, y.Write<ushort>(sizes)); break;
            case ElementType.UInt8: Convert(numbers, y.Write<byte>(sizes)); break;
            case ElementType.BFloat16:
                var to = y.Write<BFloat16>(sizes);
                for (int i = 0; i < to.Length; i++) to[i] = (BFloat16)float.CreateTruncating(numbers[i]);
                break;
            default: throw call.Wrong($"an output of {type}", "numbers");
        }
    }

    /// <summary>Rows and columns of a table: of a vector one row, of more axes the first is the rows.</summary>
    public static (int Rows, int Columns) Table(Value x, Call call)
    {
        if (x.Rank == 0) throw call.Wrong("a scalar", "rows of features");
        int rows = x.Rank == 1 ? 1 : x.Sizes[0], columns = 1;
        foreach (int size in x.Sizes[(x.Rank == 1 ? 0 : 1)..]) columns *= size;
        return (rows, columns);
    }

    static void Convert<TFrom, TTo>(Value x, Span<TTo> to) where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo> =>
        Convert(MemoryMarshal.Cast<byte, TFrom>(x.Bytes), to);   // booleans are bytes of 0 and 1, numbers of 4 bits are bytes, too

    static void Convert<TFrom, TTo>(ReadOnlySpan<TFrom> from, Span<TTo> to) where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
    {
        for (int i = 0; i < from.Length; i++) to[i] = TTo.CreateTruncating(from[i]);
    }
}
