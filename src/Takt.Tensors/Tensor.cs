using System.Globalization;
using System.Runtime.InteropServices;
using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Numbers in a shape; float32 unless its <see cref="Type"/> says otherwise. What networks compute with.</summary>
/// <remarks>
/// Only float32 is computed with and has gradients. Int64 names places (<see cref="Indices"/>), Bool lets through or holds back (<see cref="Mask"/>), the other types store.
/// Operations (<see cref="Arithmetic"/>, <see cref="Products"/> and their neighbours) make new tensors. Those made while a <see cref="Tape"/> runs belong to it and end with it;
/// those made by the factories here stay as long as somebody holds them. Slices, permutations and stretched axes are views of the same memory (<see cref="Views"/>): their elements may lie
/// apart. Not thread-safe for writing.
/// </remarks>
public sealed class Tensor
{
    readonly Storage _storage;
    readonly int[] _strides;
    Tensor? _gradient;
    bool _isGradientZero;   // cleared, but not written yet

    internal Tensor(Shape shape, Storage storage, ElementType type = ElementType.Float32) : this(shape, storage, type, start: 0, strides: null) { }

    Tensor(Shape shape, Storage storage, ElementType type, int start, int[]? strides)
    {
        (Shape, _storage, Type, Start) = (shape, storage, type, start);
        _strides = strides ?? shape.Strides;
        IsContiguous = strides is null || shape.IsStraight(strides);
    }

    /// <summary>Its sizes, outermost first.</summary>
    public Shape Shape { get; }

    /// <summary>How many numbers it holds.</summary>
    public int Length => Shape.Length;

    /// <summary>What its elements are.</summary>
    public ElementType Type { get; }

    /// <summary>Whether its elements follow each other, row by row without gaps. Only views can be otherwise.</summary>
    public bool IsContiguous { get; }

    /// <summary>Distance in memory from one place of each axis to the next, in elements; 0 where a view stretches, below 0 where it walks backward.</summary>
    public ReadOnlySpan<int> Strides => _strides;

    /// <summary>The numbers, row by row; writing here writes the tensor, and every view of the same memory. Begins on a 64-byte line unless it is a part of another tensor.</summary>
    /// <exception cref="ObjectDisposedException">The tape that made it has ended.</exception>
    /// <exception cref="ElementTypeException">It is not float32.</exception>
    /// <exception cref="ShapeException">It is a view whose elements lie apart.</exception>
    public Span<float> Values => Type == ElementType.Float32 ? Elements<float>() : throw new ElementTypeException(this, ElementType.Float32);

    /// <summary>The elements of an Int64 tensor: places, classes, tokens.</summary>
    /// <inheritdoc cref="Values"/>
    /// <exception cref="ElementTypeException">It is not Int64.</exception>
    public Span<long> Indices => Type == ElementType.Int64 ? Elements<long>() : throw new ElementTypeException(this, ElementType.Int64);

    /// <summary>The elements of a Bool tensor.</summary>
    /// <inheritdoc cref="Values"/>
    /// <exception cref="ElementTypeException">It is not Bool.</exception>
    public Span<bool> Mask => Type == ElementType.Bool ? Elements<bool>() : throw new ElementTypeException(this, ElementType.Bool);

    /// <summary>The only number of a tensor of length 1, such as a loss.</summary>
    /// <exception cref="ShapeException">It holds more or less than one number.</exception>
    public float Item => Length == 1 ? Values[0] : throw new ShapeException("Item", $"{Shape} holds {Length} numbers", "a single one", "Take Sum() or Mean() first, or read Values.");

    /// <summary>Whether <see cref="Tape.Backward"/> shall compute its gradient. Set it on parameters; results of operations on such tensors have it by themselves.</summary>
    public bool RequiresGradient { get; set; }

    /// <summary>dLoss/dThis, same shape; null until a backward pass reached it. Passes add to it until <see cref="ClearGradient"/>.</summary>
    /// <remarks>Kept for tensors that were not made by an operation (parameters, inputs); those of intermediate results are given back as soon as they are used.</remarks>
    public Tensor? Gradient
    {
        get
        {
            if (!HasGradient) return null;
            if (_isGradientZero) _gradient!.Values.Clear();
            _isGradientZero = false;
            return _gradient;
        }
    }

    /// <summary>Whether a backward pass reached it since <see cref="ClearGradient"/>. Otherwise its gradient is null or all zeros.</summary>
    public bool HasNewGradient { get; private set; }

    /// <summary>Whether a backward pass ever reached it.</summary>
    internal bool HasGradient { get; private set; }

    /// <summary>Whether an operation made it on a tape: then its gradient is intermediate.</summary>
    internal bool IsResult { get; set; }

    internal Storage Storage => _storage;

    /// <summary>Where in its storage the first element lies.</summary>
    internal int Start { get; }

    /// <summary>The elements as a type of their size, whatever they mean.</summary>
    internal Span<T> Elements<T>() where T : unmanaged => IsContiguous ? Memory<T>().Slice(Start, Length) : throw new ShapeException(
        "Values", $"a view {Shape} whose elements lie apart, [{string.Join(", ", _strides)}] from place to place", "elements that follow each other", "Call Contiguous() first (or Copy(), to keep them).");

    /// <summary>All elements of the memory that this tensor is a view of; its own begin at <see cref="Start"/>.</summary>
    internal Span<T> Memory<T>() where T : unmanaged => MemoryMarshal.Cast<float, T>(_storage.Values);

    /// <summary>The same elements in another shape, in the same memory.</summary>
    internal Tensor View(Shape shape) => new(shape, _storage, Type, Start, null);

    /// <summary>Some of the same elements, strides apart.</summary>
    internal Tensor View(Shape shape, int[] strides, int start) => new(shape, _storage, Type, start, strides);

    /// <summary>Where the gradient is gathered.</summary>
    /// <param name="accumulate">True: add to what is there. False: nothing is there yet, overwrite every element.</param>
    internal Tensor GradientRoom(out bool accumulate)
    {
        accumulate = HasGradient && !_isGradientZero;
        (HasGradient, HasNewGradient, _isGradientZero) = (true, true, false);
        _gradient ??= new Tensor(Shape, new Storage(Length));
        _gradient._storage.Renew();
        return _gradient;
    }

    /// <summary>Takes over the gradient of a tensor of the same length, which then has none. There must be none here.</summary>
    internal void TakeGradient(Tensor from)
    {
        (HasGradient, HasNewGradient, _isGradientZero, from.HasGradient, from.HasNewGradient) = (true, true, false, false, false);
        _gradient ??= new Tensor(Shape, new Storage(Length));
        _gradient._storage.TakeOver(from._gradient!._storage);
    }

    /// <summary>Gives the memory of the gradient back.</summary>
    internal void DropGradient()
    {
        HasGradient = HasNewGradient = _isGradientZero = false;
        _gradient?._storage.Dispose();
    }

    /// <summary>A tensor of these values, copied.</summary>
    /// <param name="values">Row by row, as many as the shape holds.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <exception cref="ShapeException">The shape holds another number of values.</exception>
    public static Tensor Of(ReadOnlySpan<float> values, params Shape shape) => Of(values, shape, ElementType.Float32);

    /// <summary>An Int64 tensor of these places, copied.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{float}, Shape)"/>
    public static Tensor OfIndices(ReadOnlySpan<long> values, params Shape shape) => Of(values, shape, ElementType.Int64);

    /// <summary>A Bool tensor, copied.</summary>
    /// <inheritdoc cref="Of(ReadOnlySpan{float}, Shape)"/>
    public static Tensor OfMask(ReadOnlySpan<bool> values, params Shape shape) => Of(values, shape, ElementType.Bool);

    /// <summary>A single number, shape [].</summary>
    public static Tensor Scalar(float value) => Full(Shape.Scalar, value);

    /// <summary>All 0.</summary>
    public static Tensor Zeros(params Shape shape) => Full(shape, 0);

    /// <summary>All 1.</summary>
    public static Tensor Ones(params Shape shape) => Full(shape, 1);

    /// <summary>All the same number.</summary>
    public static Tensor Full(Shape shape, float value)
    {
        var made = Uninitialised(shape);
        made.Values.Fill(value);
        return made;
    }

    /// <summary>Uniform in [−<paramref name="bound"/>, <paramref name="bound"/>).</summary>
    public static Tensor Uniform(Shape shape, float bound, Generator random)
    {
        var made = Uninitialised(shape);
        foreach (ref float value in made.Values) value = bound * ((2 * random.NextSingle()) - 1);
        return made;
    }

    /// <summary>Normal with mean 0.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="deviation">Standard deviation.</param>
    /// <param name="random">Source of the values.</param>
    public static Tensor Normal(Shape shape, float deviation, Generator random)
    {
        var made = Uninitialised(shape);
        foreach (ref float value in made.Values) value = (float)(deviation * random.NextNormal());
        return made;
    }

    /// <summary>A mask that is true with a probability, element by element.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="probability">Of true.</param>
    /// <param name="random">Source of the draws.</param>
    public static Tensor Bernoulli(Shape shape, double probability, Generator random)
    {
        var made = Uninitialised(shape, ElementType.Bool);
        foreach (ref bool value in made.Mask) value = random.NextBool(probability);
        return made;
    }

    /// <summary>The places 0 … <paramref name="count"/> − 1 in random order.</summary>
    public static Tensor Permutation(int count, Generator random) => OfIndices([.. random.Permutation(count).Select(place => (long)place)], count);

    /// <summary>Sets the gradient to zero; its memory stays, for the next pass.</summary>
    public void ClearGradient() => (_isGradientZero, HasNewGradient) = (HasGradient, false);

    /// <summary>A tensor of its own with the same elements, one behind the other; no tape ends it, no gradient flows through.</summary>
    public Tensor Copy()
    {
        var copy = Uninitialised(Shape, Type);
        StridedMoves.Copy(new Strided("Copy", Shape.Sizes, Strides, Start), this, copy);
        return copy;
    }

    /// <summary>The shape and the first elements.</summary>
    public override string ToString()
    {
        var elements = Copy();
        return $"{Shape} {string.Join(' ', Enumerable.Range(0, Math.Min(Length, 8)).Select(i => Convert.ToString(elements.Element(i), CultureInfo.InvariantCulture)))}{(Length > 8 ? " …" : "")}";
    }

    object Element(int i) => Type switch
    {
        ElementType.Float32 => Elements<float>()[i],
        ElementType.Int64 => Elements<long>()[i],
        ElementType.Int8 => Elements<sbyte>()[i],
        ElementType.Bool => Elements<bool>()[i],
        ElementType.Float16 => (float)Elements<Half>()[i],
        _ => Conversions.FromBFloat16(Elements<ushort>()[i]),
    };

    internal static Tensor Uninitialised(Shape shape, ElementType type = ElementType.Float32) => new(shape, Storage.Rent(type.Floats(shape.Length)), type);

    static Tensor Of<T>(ReadOnlySpan<T> values, Shape shape, ElementType type) where T : unmanaged
    {
        if (values.Length != shape.Length)
            throw new ShapeException("Tensor.Of", $"{values.Length} values for the shape {shape}", $"{shape.Length} values", "Give as many values as the sizes multiply to.");
        var made = Uninitialised(shape, type);
        values.CopyTo(made.Elements<T>());
        return made;
    }
}
