using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>Element types in files and in .NET.</summary>
static class ElementTypes
{
    /// <summary>The element type that a .NET type stands for. The 4-bit ones have no .NET type: they are read as raw bytes.</summary>
    public static ElementType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? ElementType.Float32
        : typeof(T) == typeof(long) ? ElementType.Int64
        : typeof(T) == typeof(int) ? ElementType.Int32
        : typeof(T) == typeof(double) ? ElementType.Float64
        : typeof(T) == typeof(Half) ? ElementType.Float16
        : typeof(T) == typeof(BFloat16) ? ElementType.BFloat16
        : typeof(T) == typeof(bool) ? ElementType.Bool
        : typeof(T) == typeof(byte) ? ElementType.UInt8
        : typeof(T) == typeof(sbyte) ? ElementType.Int8
        : typeof(T) == typeof(ushort) ? ElementType.UInt16
        : typeof(T) == typeof(short) ? ElementType.Int16
        : typeof(T) == typeof(uint) ? ElementType.UInt32
        : typeof(T) == typeof(ulong) ? ElementType.UInt64
        : throw new ArgumentException($"{typeof(T)} is no tensor element");

    /// <summary>The element type with that ONNX number.</summary>
    /// <exception cref="UnsupportedException">Takt does not compute with it.</exception>
    public static ElementType FromOnnx(int number, string where) =>
        number != 0 && Enum.IsDefined((ElementType)number)
            ? (ElementType)number
            : throw new UnsupportedException([new(
                $"element type {NameOf(number)}", "a float of 16 to 64 bits, bool, string or an integer of 4 to 64 bits",
                "Export the model in single precision.", where)]);

    static string NameOf(int number) =>
        Enum.IsDefined((TensorProto.Types.DataType)number) ? ((TensorProto.Types.DataType)number).ToString().ToLowerInvariant() : $"number {number}";
}
