using System.Numerics;
using System.Numerics.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What a two-input operator does to a run of elements: both run along, or one stands still.</summary>
interface IBinaryOperation
{
    static abstract void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>;

    static abstract void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T>;

    static abstract void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T>;
}

/// <summary>y = a ∘ b, element by element, sizes of 1 stretched to the other's (numpy's broadcasting).</summary>
sealed class Binary<TOperation> : Kernel where TOperation : IBinaryOperation
{
    public override void Run(Call call)
    {
        var (a, b) = (call.Input(0), call.Input(1));
        if (a.Type != b.Type) throw call.Wrong($"inputs of {a.Type} and {b.Type}", "one element type");
        switch (a.Type)
        {
            case ElementType.Float32: Run<float>(call); break;
            case ElementType.Float64: Run<double>(call); break;
            case ElementType.Float16: Run<Half>(call); break;
            case ElementType.Int64: Run<long>(call); break;
            case ElementType.Int32: Run<int>(call); break;
            case ElementType.Int16: Run<short>(call); break;
            case ElementType.Int8: Run<sbyte>(call); break;
            case ElementType.UInt64: Run<ulong>(call); break;
            case ElementType.UInt32: Run<uint>(call); break;
            case ElementType.UInt16: Run<ushort>(call); break;
            case ElementType.UInt8: Run<byte>(call); break;
            default: throw call.Wrong($"inputs of {a.Type}", "numbers");
        }
    }

    static void Run<T>(Call call) where T : unmanaged, INumber<T>
    {
        var (first, second) = (call.Input(0), call.Input(1));
        var a = first.Read<T>();
        var b = second.Read<T>();
        if (typeof(TOperation) == typeof(Divide) && default(T) is not (float or double or Half) && b.Contains(T.Zero))
            throw call.Wrong("a whole number divided by 0", "divisors other than 0");

        if (first.Sizes.SequenceEqual(second.Sizes))
        {
            TOperation.Apply(a, b, call.Output.Write<T>(first.Sizes));
            return;
        }

        Span<int> sizes = stackalloc int[Math.Max(first.Rank, second.Rank)];
        if (!Broadcast.Sizes(first.Sizes, second.Sizes, sizes))
            throw call.Wrong($"sizes {Value.Text(first.Sizes)} and {Value.Text(second.Sizes)}", "equal sizes, or 1 where they differ");
        var y = call.Output.Write<T>(sizes);
        if (y.IsEmpty) return;

        int width = sizes[^1];
        Span<int> aSteps = stackalloc int[sizes.Length], bSteps = stackalloc int[sizes.Length], position = stackalloc int[sizes.Length];
        Broadcast.Steps(first.Sizes, aSteps);
        Broadcast.Steps(second.Sizes, bSteps);
        position.Clear();
        for (int start = 0; start < y.Length; start += width)
        {
            int from = Broadcast.Offset(position, aSteps), beside = Broadcast.Offset(position, bSteps);
            var row = y.Slice(start, width);
            if (aSteps[^1] == 0) TOperation.Apply(a[from], b.Slice(beside, bSteps[^1] == 0 ? 1 : width), row);
            else if (bSteps[^1] == 0) TOperation.Apply(a.Slice(from, width), b[beside], row);
            else TOperation.Apply(a.Slice(from, width), b.Slice(beside, width), row);
            Broadcast.Advance(position[..^1], sizes);
        }
    }
}

readonly struct Add : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Add(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Add(b, a, y);
}

readonly struct Subtract : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Subtract(a, b, y);
}

readonly struct Multiply : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(b, a, y);
}

/// <summary>Whole numbers are divided towards zero.</summary>
readonly struct Divide : IBinaryOperation
{
    public static void Apply<T>(ReadOnlySpan<T> a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Divide(a, b, y);

    public static void Apply<T>(ReadOnlySpan<T> a, T b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Divide(a, b, y);

    public static void Apply<T>(T a, ReadOnlySpan<T> b, Span<T> y) where T : unmanaged, INumber<T> => TensorPrimitives.Divide(a, b, y);
}
