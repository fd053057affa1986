using System.Numerics;
using System.Numerics.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What a two-input operator does to a run of elements: both run along, or one stands still. Each is one rounding, so it does not matter where an element stands.</summary>
interface IBinaryOperation
{
    static abstract void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>;

    static abstract void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T>;

    static virtual void Apply<TSelf, T>(T a, ReadOnlySpan<T> b, Span<T> y) where TSelf : IBinaryOperation where T : unmanaged, INumber<T> => TSelf.Apply(b, a, y);
}

/// <summary>Picks the form for a row.</summary>
readonly struct Arithmetic<TOperation, T> : IPairLoop<T, T, T> where TOperation : IBinaryOperation where T : unmanaged, INumber<T>
{
    public void Run(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y)
    {
        if (a.Length == b.Length && a.Length == y.Length) TOperation.Apply(a, b, y);
        else if (b.Length == 1) TOperation.Apply(a.Length == 1 ? Filled(a[0], y) : a, b[0], y);
        else TOperation.Apply<TOperation, T>(a[0], b, y);
    }

    static ReadOnlySpan<T> Filled(T value, Span<T> y)
    {
        y.Fill(value);
        return y;
    }
}

readonly struct Add : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, y);
}

readonly struct Subtract : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);

    public static void Apply<TSelf, T>(T a, ReadOnlySpan<T> b, Span<T> y) where TSelf : IBinaryOperation where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);
}

readonly struct Multiply : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);
}

/// <summary>Whole numbers are divided towards zero.</summary>
readonly struct Divide : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Divide(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Divide(a, b, y);

    public static void Apply<TSelf, T>(T a, ReadOnlySpan<T> b, Span<T> y) where TSelf : IBinaryOperation where T : unmanaged, INumber<T> => TensorPrimitives.Divide(a, b, y);
}

/// <summary>Not a number wins.</summary>
readonly struct Greatest : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Max(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Max(a, b, y);
}

/// <summary>Not a number wins.</summary>
readonly struct Least : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Min(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Min(a, b, y);
}
