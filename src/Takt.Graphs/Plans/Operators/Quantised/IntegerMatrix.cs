using System.Runtime.InteropServices;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A matrix of 8-bit numbers, signed or not, with the zero point that is taken off before they are used.</summary>
/// <param name="bytes">Row by row.</param>
/// <param name="isSigned">Whether they are −128 to 127 rather than 0 to 255.</param>
/// <param name="rows">Rows.</param>
/// <param name="columns">Columns.</param>
/// <param name="zeros">None, one for all, or one a row (left side) or column (right side).</param>
readonly ref struct IntegerMatrix(ReadOnlySpan<byte> bytes, bool isSigned, int rows, int columns, ReadOnlySpan<int> zeros)
{
    public ReadOnlySpan<byte> Bytes { get; } = bytes[..(rows * columns)];

    public bool IsSigned { get; } = isSigned;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public ReadOnlySpan<int> Zeros { get; } = zeros;

    /// <summary>One number before the zero point is taken off.</summary>
    public int At(int place) => IsSigned ? (sbyte)Bytes[place] : Bytes[place];

    /// <summary>The zero point of a row (left side) or column (right side).</summary>
    public int ZeroAt(int line) => Zeros.IsEmpty ? 0 : Zeros[Zeros.Length == 1 ? 0 : line];

    /// <summary>Whether a value holds such numbers, and whether they are signed.</summary>
    public static bool SignOf(Value value, Call call) => value.Type switch
    {
        ElementType.Int8 => true,
        ElementType.UInt8 => false,
        _ => throw call.Wrong($"a tensor of {value.Type}", "Int8 or UInt8"),
    };

    /// <summary>The zero points of a value as whole numbers.</summary>
    public static ReadOnlySpan<int> ZerosOf(Value? value, Span<int> room, Call call) => value is null ? default : Numbers.Read(value, room, call);
}
