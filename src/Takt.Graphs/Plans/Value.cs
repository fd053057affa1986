using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>One value of a graph during a run: a tensor (element type, sizes, and the storage that holds its elements, row-major) or a sequence of values.</summary>
/// <remarks>The object and its storage live on from run to run; every run sets type and sizes anew, so the batch may differ each time.</remarks>
sealed class Value(Storage storage)
{
    /// <summary>Kernels keep sizes on the stack: a damaged file that claims a million axes must not reach them. Real models have up to eight.</summary>
    const int MostAxes = 64;

    Storage _storage = storage;
    int[] _sizes = new int[4];

    /// <summary>What the elements are; of a sequence, those of its items.</summary>
    public ElementType Type { get; private set; }

    /// <summary>The number of axes; a scalar has none.</summary>
    public int Rank { get; private set; }

    /// <summary>The number of elements.</summary>
    public int Count { get; private set; }

    /// <summary>The sizes along the axes.</summary>
    public ReadOnlySpan<int> Sizes => _sizes.AsSpan(0, Rank);

    /// <summary>The values of a sequence; null for a tensor. They belong to the sequence and never change.</summary>
    public IReadOnlyList<Value>? Items { get; private set; }

    /// <summary>The elements as raw bytes.</summary>
    /// <exception cref="InputException">Nothing made this value: a damaged file may want more outputs of an operator than there are.</exception>
    public ReadOnlySpan<byte> Bytes => Type == ElementType.Undefined
        ? throw new InputException("a value that its operator does not make", "an output that the operator has")
        : _storage.Take((long)Count * Type.Bytes());

    /// <summary>The elements of a tensor of texts.</summary>
    public ReadOnlySpan<string> Texts => Type == ElementType.String ? _storage.TakeTexts(Count) : throw Wrong(ElementType.String);

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
        Type == ElementTypes.Of<T>() ? MemoryMarshal.Cast<byte, T>(Bytes) : throw Wrong(ElementTypes.Of<T>());

    /// <summary>The elements, whatever they mean, as things of the same size: how kernels that only move elements see them.</summary>
    /// <typeparam name="T">A whole number as wide as an element; for texts <see cref="string"/>.</typeparam>
    public ReadOnlySpan<T> ReadAs<T>() => As<T>();

    /// <summary>Sets type and sizes and gives the elements to write; what they hold before is undefined.</summary>
    public Span<T> Write<T>(scoped ReadOnlySpan<int> sizes) where T : unmanaged => MemoryMarshal.Cast<byte, T>(Write(ElementTypes.Of<T>(), sizes));

    /// <inheritdoc cref="Write{T}"/>
    public Span<byte> Write(ElementType type, scoped ReadOnlySpan<int> sizes)
    {
        Describe(type, sizes);
        return _storage.Take((long)Count * type.Bytes());
    }

    /// <inheritdoc cref="Write{T}"/>
    public Span<string> WriteTexts(scoped ReadOnlySpan<int> sizes)
    {
        Describe(ElementType.String, sizes);
        return _storage.TakeTexts(Count);
    }

    /// <summary>The counterpart of <see cref="ReadAs"/>.</summary>
    public Span<T> WriteAs<T>(ElementType type, scoped ReadOnlySpan<int> sizes)
    {
        Describe(type, sizes);
        return As<T>();
    }

    /// <summary>Makes this value a sequence.</summary>
    /// <param name="type">What the elements of its items are.</param>
    /// <param name="items">Values with storage of their own that nobody writes any more.</param>
    public void WriteItems(ElementType type, IReadOnlyList<Value> items)
    {
        Describe(type, []);
        Items = items;
    }

    /// <summary>Makes this value another look at the same elements; the planner keeps their storage alive.</summary>
    public void View(Value source, scoped ReadOnlySpan<int> sizes)
    {
        int count = source.Count;
        var items = source.Items;
        _storage = source._storage;
        Describe(source.Type, sizes);
        Items = items;
        if (Count != count) throw new InputException($"{count} elements", $"{Count} for the sizes {Text(sizes)}");
    }

    /// <inheritdoc cref="View(Value, ReadOnlySpan{int})"/>
    public void View(Value source) => View(source, source.Sizes);

    /// <summary>Makes this value the same as another, with elements of its own.</summary>
    public void CopyFrom(Value source)
    {
        if (source.Items is { } items) WriteItems(source.Type, items);
        else if (source.Type == ElementType.String) source.Texts.CopyTo(WriteTexts(source.Sizes));
        else source.Bytes.CopyTo(Write(source.Type, source.Sizes));
    }

    /// <summary>The same value in storage of its own.</summary>
    public Value Clone()
    {
        var copy = new Value(new Storage());
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Sizes as errors write them: <c>[32, 784]</c>.</summary>
    public static string Text(ReadOnlySpan<int> sizes) => $"[{string.Join(", ", sizes.ToArray())}]";

    /// <inheritdoc/>
    public override string ToString() => Items is null ? $"{Type} {Text(Sizes)}" : $"a sequence of {Items.Count} tensors of {Type}";

    Span<T> As<T>()
    {
        if (Items is not null) throw new InputException($"{this}", "a tensor");
        if (typeof(T) == typeof(string)) return MemoryMarshal.CreateSpan(ref Unsafe.As<string, T>(ref MemoryMarshal.GetReference(_storage.TakeTexts(Count))), Count);
        return MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetReference(_storage.Take((long)Count * Unsafe.SizeOf<T>()))), Count);
    }

    InputException Wrong(ElementType expected) => new(Items is null ? $"a tensor of {Type}" : $"{this}", $"a tensor of {expected}");

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
        (Type, Rank, Count, Items) = (type, sizes.Length, (int)count, null);
    }
}
