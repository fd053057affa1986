
namespace Takt.Graphs.Plans.Operators;

/// <summary>The whole numbers that quantised values are kept in.</summary>
static class QuantisedType
{
    /// <summary>The least and the greatest number of a type.</summary>
    public static (int Low, int High) Range(ElementType type, Call call) => type switch
    {
        ElementType.UInt8 => (byte.MinValue, byte.MaxValue),
        ElementType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt16 => (ushort.MinValue, ushort.MaxValue),
        ElementType.Int16 => (short.MinValue, short.MaxValue),
        ElementType.UInt4 => (0, 15),
        ElementType.Int4 => (-8, 7),
        _ => throw call.Wrong($"quantised numbers of {type}", "Int8, UInt8, Int16, UInt16, Int4 or UInt4"),
    };
}
