using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>What a tensor's elements are; the numbers are those of ONNX.</summary>
public enum ElementType
{
    /// <summary>Single precision: what networks compute in.</summary>
    Float = 1,

    /// <summary>0 to 255.</summary>
    UInt8 = 2,

    /// <summary>−128 to 127.</summary>
    Int8 = 3,

    /// <summary>16 bits, unsigned.</summary>
    UInt16 = 4,

    /// <summary>16 bits.</summary>
    Int16 = 5,

    /// <summary>32 bits.</summary>
    Int32 = 6,

    /// <summary>64 bits: shapes and indices.</summary>
    Int64 = 7,

    /// <summary>True or false, one byte each.</summary>
    Bool = 9,

    /// <summary>Half precision.</summary>
    Float16 = 10,

    /// <summary>Double precision.</summary>
    Double = 11,

    /// <summary>32 bits, unsigned.</summary>
    UInt32 = 12,

    /// <summary>64 bits, unsigned.</summary>
    UInt64 = 13,
}

static class ElementTypes
{
    /// <summary>Bytes that one element takes.</summary>
    public static int SizeOf(ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 => 2,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        _ => 8,
    };

    /// <summary>The element type that a .NET type stands for.</summary>
    public static ElementType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(double) ? ElementType.Double
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(ushort) ? ElementType.UInt16
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(uint) ? ElementType.UInt32
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : throw new ArgumentException($"{typeof(T)} is no tensor element");

    /// <summary>The element type with that ONNX number.</summary>
    /// <exception cref="InputException">Takt does not compute with it.</exception>
    public static ElementType FromOnnx(int number, string where) =>
        Enum.IsDefined((ElementType)number)
            ? (ElementType)number
            : throw new InputException(
                $"element type {NameOf(number)}", "float, double, float16, bool or an integer of 8 to 64 bits",
                "Export the model in single precision.", where);

    static string NameOf(int number) =>
        Enum.IsDefined((TensorProto.Types.DataType)number) ? ((TensorProto.Types.DataType)number).ToString().ToLowerInvariant() : $"number {number}";
}
