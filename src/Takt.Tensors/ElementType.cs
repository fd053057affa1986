using Takt.Protocols.Problems;

namespace Takt.Tensors;

/// <summary>What the elements of a tensor are. The numbers are ONNX's.</summary>
public enum ElementType
{
    /// <summary>Single precision: what is computed with, and the only type with gradients.</summary>
    Float32 = 1,

    /// <summary>Whole numbers from −128 to 127: storage.</summary>
    Int8 = 3,

    /// <summary>Places, classes, tokens.</summary>
    Int64 = 7,

    /// <summary>Yes or no: masks.</summary>
    Bool = 9,

    /// <summary>IEEE half precision, 11 digits of which 10 are stored, up to 65,504: storage.</summary>
    Float16 = 10,

    /// <summary>The upper half of a float32: its range with 8 binary digits: storage.</summary>
    BFloat16 = 16,
}

/// <summary>A tensor holds another type of elements than an operation works on.</summary>
public sealed class ElementTypeException : InputException
{
    internal ElementTypeException(Tensor found, ElementType expected)
        : base(new Problem($"a tensor {found.Shape} of {found.Type}", expected.ToString(), $"Convert it with To(ElementType.{expected}), or give the tensor that was meant.")) { }
}

/// <summary>Sizes of elements.</summary>
static class ElementSizes
{
    /// <summary>Bytes of one element.</summary>
    public static int Bytes(this ElementType type) => type switch
    {
        ElementType.Float32 => 4,
        ElementType.Int64 => 8,
        ElementType.Float16 or ElementType.BFloat16 => 2,
        _ => 1,
    };

    /// <summary>How many floats take the room of so many elements.</summary>
    public static int Floats(this ElementType type, int count) => checked((int)(((long)count * type.Bytes() + sizeof(float) - 1) / sizeof(float)));
}
