using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reads shapes, axes and indices, which files give as an attribute or as an input of 32 or 64 bits.</summary>
static class WholeNumbers
{
    /// <summary>Axes and the like have few elements; more in a file is damage.</summary>
    const int Most = 64;

    /// <summary>One element of a value of indices.</summary>
    public static long At(Value value, int index, Call call) => value.Type switch
    {
        ElementType.Int64 => value.Read<long>()[index],
        ElementType.Int32 => value.Read<int>()[index],
        _ => throw call.Wrong($"indices of {value.Type}", "Int64 or Int32"),
    };

    /// <summary>The one element of a value that has only one.</summary>
    public static long Single(Value value, Call call) => value.Count == 1 ? At(value, 0, call) : throw call.Wrong($"{value}", "a single whole number");

    /// <summary>An index into an axis, counted from the front; negative ones count from the end.</summary>
    public static int Index(Value indices, int place, int size, Call call)
    {
        long index = At(indices, place, call);
        if (index < -size || index >= size) throw call.Wrong($"index {index}", $"{-size} to {size - 1}");
        return (int)(index < 0 ? index + size : index);
    }

    /// <summary>A number that is used as a size.</summary>
    public static int Size(long number, Call call) => number is >= 0 and <= int.MaxValue ? (int)number : throw call.Wrong($"size {number}", $"0 to {int.MaxValue:N0}");

    /// <summary>A short list from an input, written to <paramref name="numbers"/>.</summary>
    /// <returns>The part of <paramref name="numbers"/> that is filled.</returns>
    public static ReadOnlySpan<long> Read(Value value, Span<long> numbers, Call call)
    {
        if (value.Count > numbers.Length) throw call.Wrong($"a list of {value.Count} whole numbers", $"at most {numbers.Length}");
        for (int i = 0; i < value.Count; i++) numbers[i] = At(value, i, call);
        return numbers[..value.Count];
    }

    /// <summary>Axes from an input if it is there, else from the attribute of older operator sets.</summary>
    public static ReadOnlySpan<long> Axes(Value? input, long[]? attribute, Span<long> numbers, Call call) =>
        input is not null ? Read(input, numbers, call) : attribute;

    /// <summary>Checks a list attribute's length once, when the kernel is made.</summary>
    public static long[]? Short(this Node node, string attribute)
    {
        long[]? numbers = node.Ints(attribute);
        return numbers?.Length > Most ? throw node.Wrong($"{attribute} of {numbers.Length} numbers", $"at most {Most}") : numbers;
    }
}
