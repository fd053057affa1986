using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reads the list attributes of ai.onnx.ml, where a model's numbers are kept.</summary>
static class Lists
{
    /// <summary>A list of numbers; from version 3 of the operators on, <c>name_as_tensor</c> may hold it in double precision.</summary>
    /// <returns>Empty if the file does not set it.</returns>
    public static double[] Numbers(this Node node, string name)
    {
        if ((node.Tensor(name + "_as_tensor") ?? node.Tensor(name)) is not { } value) return Array.ConvertAll(node.Floats(name) ?? [], number => (double)number);
        return value.Type switch
        {
            ElementType.Float64 => value.Read<double>().ToArray(),
            ElementType.Float32 => Array.ConvertAll(value.Read<float>().ToArray(), number => (double)number),
            ElementType.Float16 => Array.ConvertAll(value.Read<Half>().ToArray(), number => (double)number),
            _ => throw node.Wrong($"{name} of {value.Type}", "numbers"),
        };
    }

    /// <summary>Whether the list is in double precision.</summary>
    public static bool IsDouble(this Node node, string name) =>
        (node.Attribute(name + "_as_tensor") ?? node.Attribute(name))?.T?.DataType == (int)TensorProto.Types.DataType.Double;

    /// <summary>A list of texts; empty if the file does not set it.</summary>
    public static string[] Names(this Node node, string name) => node.Texts(name) ?? [];

    /// <summary>A list of whole numbers; empty if the file does not set it.</summary>
    public static long[] Integers(this Node node, string name) => node.Ints(name) ?? [];

    /// <summary>Checks that lists which go together have the same length.</summary>
    public static void SameLength(this Node node, int expected, params ReadOnlySpan<(string Name, int Length)> lists)
    {
        foreach (var (name, length) in lists)
            if (length != expected) throw node.Wrong($"{name} of {length} elements", $"{expected}");
    }
}
