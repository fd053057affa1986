using System.Runtime.CompilerServices;

namespace Takt.Tensors;

/// <summary>A few whole numbers, one for each axis, in one piece: axes to permute, sizes to reshape to. Equal if the numbers are.</summary>
struct Sizes : IEquatable<Sizes>
{
    /// <summary>More axes than anybody names.</summary>
    const int MaxRank = 8;

    Numbers _numbers;

    /// <summary>These numbers.</summary>
    /// <exception cref="ShapeException">They are too many.</exception>
    public Sizes(string operation, params ReadOnlySpan<int> numbers)
    {
        if (numbers.Length > MaxRank) throw new ShapeException(operation, $"{numbers.Length} axes", $"at most {MaxRank}", "Reshape to fewer axes.");
        Rank = numbers.Length;
        numbers.CopyTo(_numbers);
    }

    /// <summary>The sizes of a shape but for one.</summary>
    /// <exception cref="ShapeException">They are too many.</exception>
    public static Sizes Without(string operation, Shape shape, int axis)
    {
        Span<int> sizes = stackalloc int[shape.Rank - 1];
        shape.Sizes[..axis].CopyTo(sizes);
        shape.Sizes[(axis + 1)..].CopyTo(sizes[axis..]);
        return new(operation, sizes);
    }

    /// <summary>How many there are.</summary>
    public int Rank { get; }

    /// <summary>One of them.</summary>
    public int this[Index axis]
    {
        readonly get => _numbers[axis.GetOffset(Rank)];
        set => _numbers[axis.GetOffset(Rank)] = value;
    }

    /// <summary>The numbers as an array.</summary>
    public readonly int[] ToArray() => ((ReadOnlySpan<int>)_numbers)[..Rank].ToArray();

    /// <summary>The numbers as ONNX takes them.</summary>
    public readonly long[] ToLongs() => Array.ConvertAll(ToArray(), number => (long)number);

    /// <summary>The numbers as a shape.</summary>
    public readonly Shape ToShape() => Shape.Of(ToArray());

    /// <inheritdoc/>
    public readonly bool Equals(Sizes other) => Rank == other.Rank && ((ReadOnlySpan<int>)_numbers)[..Rank].SequenceEqual(((ReadOnlySpan<int>)other._numbers)[..Rank]);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Sizes other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(Rank, _numbers[0], _numbers[1]);

    [InlineArray(MaxRank)]
    struct Numbers
    {
        int _first;
    }
}
