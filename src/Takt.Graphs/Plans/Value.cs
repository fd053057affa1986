using System.Runtime.InteropServices;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>One value of a graph during a run: element type, sizes, and the storage that holds its elements, row-major.</summary>
/// <remarks>The object and its storage live on from run to run; every run sets type and sizes anew, so the batch may differ each time.</remarks>
sealed class Value(Storage storage)
{
    /// <summary>Kernels keep sizes on the stack: a damaged file that claims a million axes must not reach them. Real models have up to eight.</summary>
    const int MostAxes = 64;

    Storage _storage = storage;
    int[] _sizes = new int[4];

    /// <summary>What the elements are.</summary>
    public ElementType Type { get; private set; }

    /// <summary>The number of axes; a scalar has none.</summary>
    public int Rank { get; private set; }

    /// <summary>The number of elements.</summary>
    public int Count { get; private set; }

    /// <summary>The sizes along the axes.</summary>
    public ReadOnlySpan<int> Sizes => _sizes.AsSpan(0, Rank);

    /// <summary>The elements as raw bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _storage.Take((long)Count * ElementTypes.SizeOf(Type));

    /// <summary>A value with storage of its own: a constant.</summary>
    public static Value Of<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<int> sizes) where T : unmanaged
    {
        var value = new Value(new Storage());
        elements.CopyTo(value.Write<T>(sizes));
        return value;
    }

    /// <summary>The elements, to read.</summary>
    /// <exception cref="InputException">They are of another type.</exception>
    public ReadOnlySpan<T> Read<T>() where T : unmanaged =>
        Type == ElementTypes.Of<T>()
            ? MemoryMarshal.Cast<byte, T>(Bytes)
            : throw new InputException($"a tensor of {Type}", $"{ElementTypes.Of<T>()}");

    /// <summary>Sets type and sizes and gives the elements to write; what they hold before is undefined.</summary>
    public Span<T> Write<T>(scoped ReadOnlySpan<int> sizes) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Write(ElementTypes.Of<T>(), sizes));

    /// <inheritdoc cref="Write{T}"/>
    public Span<byte> Write(ElementType type, scoped ReadOnlySpan<int> sizes)
    {
        Describe(type, sizes);
        return _storage.Take((long)Count * ElementTypes.SizeOf(type));
    }

    /// <summary>Makes this value another look at the same elements; the planner keeps their storage alive.</summary>
    public void View(Value source, scoped ReadOnlySpan<int> sizes)
    {
        int count = source.Count;
        _storage = source._storage;
        Describe(source.Type, sizes);
        if (Count != count) throw new InputException($"{count} elements", $"{Count} for the sizes {Text(sizes)}");
    }

    /// <summary>Sizes as errors write them: <c>[32, 784]</c>.</summary>
    public static string Text(ReadOnlySpan<int> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";

    /// <inheritdoc/>
    public override string ToString() => $"{Type} {Text(Sizes)}";

    void Describe(ElementType type, scoped ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MostAxes) throw new InputException($"a tensor of {sizes.Length} axes", $"at most {MostAxes}");
        long count = 1;
        foreach (int size in sizes)
        {
            count *= size;
            if (size < 0 || count > Array.MaxLength) throw new InputException($"a tensor of sizes {Text(sizes)}", $"at most {Array.MaxLength:N0} elements");
        }

        if (_sizes.Length < sizes.Length) _sizes = new int[sizes.Length];
        sizes.CopyTo(_sizes);
        (Type, Rank, Count) = (type, sizes.Length, (int)count);
    }
}
