using System.Collections;
using System.Runtime.CompilerServices;

namespace Takt.Tensors;

/// <summary>The sizes of a tensor, outermost first: <c>[32, 784]</c>. No sizes at all is a single number. Immutable.</summary>
/// <remarks>Write it as a collection expression (<c>[batch, features]</c>) or give an <c>int[]</c>. <see cref="Length"/> counts elements, <see cref="Rank"/> sizes; so no list patterns here.</remarks>
[CollectionBuilder(typeof(Shape), nameof(Of))]
public sealed class Shape : IEquatable<Shape>, IEnumerable<int>
{
    readonly int[] _sizes;

    Shape(int[] sizes)
    {
        long length = sizes.Contains(0) ? 0 : 1;
        foreach (int size in sizes)
        {
            if (size < 0) throw new ShapeException("Shape", $"[{string.Join(", ", sizes)}] has a negative size", "sizes of 0 or more", "Only Reshape takes a −1.");
            length *= size;
            if (length > Array.MaxLength)   // asked for each size: all of them multiplied may be beyond any number
                throw new ShapeException("Shape", $"[{string.Join(", ", sizes)}]", $"at most {Array.MaxLength:N0} elements", "Work in smaller batches.");
        }

        (_sizes, Length) = (sizes, (int)length);
        Strides = new int[sizes.Length];
        for (int axis = sizes.Length - 1, stride = 1; axis >= 0; stride *= sizes[axis--]) Strides[axis] = stride;
    }

    /// <summary>The shape of a single number: <c>[]</c>.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>A shape of these sizes.</summary>
    /// <exception cref="ShapeException">A size is negative or there are too many elements.</exception>
    public static Shape Of(params ReadOnlySpan<int> sizes) => sizes.IsEmpty && Scalar is { } scalar ? scalar : new Shape(sizes.ToArray());

    /// <summary>How many sizes there are: 0 for a single number, 2 for a matrix.</summary>
    public int Rank => _sizes.Length;

    /// <summary>How many elements a tensor of this shape has: the product of the sizes.</summary>
    public int Length { get; }

    /// <summary>One size, counted from the outermost.</summary>
    public int this[int axis] => _sizes[axis];

    /// <summary>One size; <c>[^1]</c> is the innermost.</summary>
    public int this[Index axis] => _sizes[axis.GetOffset(_sizes.Length)];

    /// <summary>Some neighbouring sizes: <c>[..^1]</c> are all but the innermost.</summary>
    public Shape this[Range axes] => Of(_sizes[axes]);

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<int> Sizes => _sizes;

    /// <summary>Distance from one place of each axis to the next where elements lie without gaps. Not to be written to.</summary>
    internal int[] Strides { get; }

    /// <summary>Whether elements so far apart lie without gaps. How far apart the places of an axis of size 1 would lie makes no difference.</summary>
    internal bool IsStraight(ReadOnlySpan<int> strides)
    {
        if (Length == 0) return true;
        for (int axis = 0; axis < Rank; axis++)
            if (_sizes[axis] != 1 && strides[axis] != Strides[axis]) return false;
        return true;
    }

    /// <summary>The sizes as an array of their own.</summary>
    public int[] ToArray() => [.. _sizes];

    /// <summary>The shape of these sizes.</summary>
    public static implicit operator Shape(int[] sizes) => Of(sizes);

    /// <summary>Same sizes in the same order.</summary>
    public static bool operator ==(Shape? left, Shape? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Different sizes.</summary>
    public static bool operator !=(Shape? left, Shape? right) => !(left == right);

    /// <inheritdoc/>
    public bool Equals(Shape? other) => ReferenceEquals(this, other) || (other is not null && Sizes.SequenceEqual(other.Sizes));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int size in _sizes) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary><c>[32, 784]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", _sizes)}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_sizes).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
