using System.Runtime.InteropServices;

namespace Takt.Graphs.Plans;

/// <summary>A tensor, or a sequence of them, on its way in or out of a plan.</summary>
public sealed class NamedTensor
{
    readonly Value _value;

    internal NamedTensor(string name, Value value) => (Name, _value) = (name, value);

    /// <summary>The name in the graph.</summary>
    public string Name { get; }

    /// <summary>What the elements are.</summary>
    public ElementType Type => _value.Type;

    /// <summary>The sizes along the axes.</summary>
    public IReadOnlyList<int> Sizes => _value.Sizes.ToArray();

    /// <summary>The tensors of a sequence, without names; null if this is a tensor.</summary>
    public IReadOnlyList<NamedTensor>? Items => _value.Items?.Select(i => new NamedTensor("", i)).ToArray();

    /// <summary>The elements of a tensor of texts, row by row.</summary>
    /// <exception cref="Takt.Protocols.Problems.InputException">They are of another type.</exception>
    public ReadOnlySpan<string> Texts => _value.Texts;

    internal Value Value => _value;

    internal ReadOnlySpan<byte> Bytes => _value.Bytes;

    /// <summary>A tensor of these elements, copied.</summary>
    /// <param name="name">The graph's name for it.</param>
    /// <param name="elements">Row by row, as many as the sizes multiply to.</param>
    /// <param name="sizes">The sizes along the axes.</param>
    /// <exception cref="ArgumentException">The number of elements does not fit the sizes, or their type is none of <see cref="ElementType"/>.</exception>
    public static NamedTensor Of<T>(string name, ReadOnlySpan<T> elements, params ReadOnlySpan<int> sizes) where T : unmanaged
    {
        CheckCount(name, elements.Length, sizes);
        return new NamedTensor(name, Value.Of(elements, sizes));
    }

    /// <summary>A tensor of texts.</summary>
    /// <inheritdoc cref="Of{T}"/>
    public static NamedTensor OfTexts(string name, ReadOnlySpan<string> elements, params ReadOnlySpan<int> sizes)
    {
        CheckCount(name, elements.Length, sizes);
        var value = new Value(new Storage());
        elements.CopyTo(value.WriteTexts(sizes));
        return new NamedTensor(name, value);
    }

    /// <summary>A sequence of tensors.</summary>
    /// <param name="name">The graph's name for it.</param>
    /// <param name="type">What the elements of all of them are.</param>
    /// <param name="items">The tensors; their names do not matter.</param>
    public static NamedTensor OfSequence(string name, ElementType type, IReadOnlyList<NamedTensor> items)
    {
        var value = new Value(new Storage());
        value.WriteItems(type, [.. items.Select(i => i._value)]);
        return new NamedTensor(name, value);
    }

    /// <summary>The elements, row by row.</summary>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    public ReadOnlySpan<T> Elements<T>() where T : unmanaged =>
        Type == ElementTypes.Of<T>() && Items is null
            ? MemoryMarshal.Cast<byte, T>(_value.Bytes)
            : throw new InvalidOperationException($"'{Name}' holds {_value}, not {ElementTypes.Of<T>()}");

    static void CheckCount(string name, int found, ReadOnlySpan<int> sizes)
    {
        long count = 1;
        foreach (int size in sizes) count *= size;
        if (count != found) throw new ArgumentException($"{found} elements for the sizes {Value.Text(sizes)} of '{name}'");
    }
}
