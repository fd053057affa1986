using System.Runtime.InteropServices;

namespace Takt.Graphs.Plans;

/// <summary>A tensor on its way in or out of a plan.</summary>
public sealed class NamedTensor
{
    readonly byte[] _bytes;
    readonly int[] _sizes;

    internal NamedTensor(string name, ElementType type, ReadOnlySpan<int> sizes, ReadOnlySpan<byte> bytes) =>
        (Name, Type, _sizes, _bytes) = (name, type, sizes.ToArray(), bytes.ToArray());

    /// <summary>The name in the graph.</summary>
    public string Name { get; }

    /// <summary>What the elements are.</summary>
    public ElementType Type { get; }

    /// <summary>The sizes along the axes.</summary>
    public IReadOnlyList<int> Sizes => _sizes;

    internal ReadOnlySpan<int> SizesSpan => _sizes;

    internal ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A tensor of these elements, copied.</summary>
    /// <param name="name">The graph's name for it.</param>
    /// <param name="elements">Row by row, as many as the sizes multiply to.</param>
    /// <param name="sizes">The sizes along the axes.</param>
    /// <exception cref="ArgumentException">The number of elements does not fit the sizes, or their type is none of <see cref="ElementType"/>.</exception>
    public static NamedTensor Of<T>(string name, ReadOnlySpan<T> elements, params ReadOnlySpan<int> sizes) where T : unmanaged
    {
        long count = 1;
        foreach (int size in sizes) count *= size;
        if (count != elements.Length) throw new ArgumentException($"{elements.Length} elements for the sizes {Value.Text(sizes)} of '{name}'");
        return new NamedTensor(name, ElementTypes.Of<T>(), sizes, MemoryMarshal.AsBytes(elements));
    }

    /// <summary>The elements, row by row.</summary>
    /// <exception cref="InvalidOperationException">They are of another type.</exception>
    public ReadOnlySpan<T> Elements<T>() where T : unmanaged =>
        Type == ElementTypes.Of<T>()
            ? MemoryMarshal.Cast<byte, T>(_bytes)
            : throw new InvalidOperationException($"'{Name}' holds {Type}, not {ElementTypes.Of<T>()}");
}
