using System.Diagnostics;
using Takt.Protocols.Problems;

namespace Takt.Tensors;

/// <summary>What the elements of a tensor are. The numbers are ONNX's.</summary>
/// <remarks>A <see cref="Tensor"/> computes in float32 and holds Int64, Bool, Int8, Float16 and BFloat16 beside it; graphs know all of them.</remarks>
public enum ElementType
{
    /// <summary>Nobody says.</summary>
    Undefined = 0,

    /// <summary>Single precision: what is computed with, and the only type with gradients.</summary>
    Float32 = 1,

    /// <summary>Whole numbers from 0 to 255.</summary>
    UInt8 = 2,

    /// <summary>Whole numbers from −128 to 127.</summary>
    Int8 = 3,

    /// <summary>Whole numbers of 16 bits from 0 on.</summary>
    UInt16 = 4,

    /// <summary>Whole numbers of 16 bits.</summary>
    Int16 = 5,

    /// <summary>Whole numbers of 32 bits.</summary>
    Int32 = 6,

    /// <summary>Places, classes, tokens, sizes.</summary>
    Int64 = 7,

    /// <summary>Texts.</summary>
    String = 8,

    /// <summary>Yes or no, one byte each: masks.</summary>
    Bool = 9,

    /// <summary>IEEE half precision, 11 digits of which 10 are stored, up to 65,504: storage.</summary>
    Float16 = 10,

    /// <summary>Double precision.</summary>
    Float64 = 11,

    /// <summary>Whole numbers of 32 bits from 0 on.</summary>
    UInt32 = 12,

    /// <summary>Whole numbers of 64 bits from 0 on.</summary>
    UInt64 = 13,

    /// <summary>The upper half of a float32: its range with 8 binary digits: storage.</summary>
    BFloat16 = 16,

    /// <summary>Whole numbers from 0 to 15; two a byte in files, one a byte in memory.</summary>
    UInt4 = 21,

    /// <summary>Whole numbers from −8 to 7; two a byte in files, one a byte in memory.</summary>
    Int4 = 22,
}

/// <summary>A tensor holds another type of elements than an operation works on.</summary>
public sealed class ElementTypeException : InputException
{
    internal ElementTypeException(Tensor found, ElementType expected)
        : base(new Problem($"a tensor {found.Shape} of {found.Type}", expected.ToString(), $"Convert it with To(ElementType.{expected}), or give the tensor that was meant.")) { }

    internal ElementTypeException(ElementTypeException found, string operation) : base([.. found.Problems.Select(problem => problem with { Where = operation })]) { }

    internal ElementTypeException(ElementType asked)
        : base(new Problem($"tensors of {asked}", "Float32, Float16, BFloat16, Int64, Int8 or Bool", "Graphs compute with the other types; tensors do not.")) { }
}

/// <summary>Sizes of elements.</summary>
public static class ElementSizes
{
    /// <summary>Bytes of one element in memory.</summary>
    /// <exception cref="UnreachableException">Texts have no size of their own, and what nobody says has none.</exception>
    public static int Bytes(this ElementType type) => type switch
    {
        ElementType.UInt8 or ElementType.Int8 or ElementType.Bool or ElementType.UInt4 or ElementType.Int4 => 1,
        ElementType.UInt16 or ElementType.Int16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Float32 or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Float64 or ElementType.Int64 or ElementType.UInt64 => 8,
        _ => throw new UnreachableException($"elements of {type} have no size"),
    };

    /// <summary>How many floats take the room of so many elements.</summary>
    internal static int Floats(this ElementType type, int count) => checked((int)(((long)count * type.Bytes() + sizeof(float) - 1) / sizeof(float)));
}
