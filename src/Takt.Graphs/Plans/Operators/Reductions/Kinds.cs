using System.Numerics;
using System.Numerics.Tensors;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Σ x.</summary>
readonly struct SumOf : IReduction
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => result + x;

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => result + RowSums.Of(row);

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Add(results, x, results);

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => result;
}

/// <summary>Σ x / n.</summary>
readonly struct MeanOf : IReduction
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => result + x;

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => result + RowSums.Of(row);

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Add(results, x, results);

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => count == 0 && default(T) is not (float or double or Half) ? T.Zero : result / T.CreateTruncating(count);
}

/// <summary>Σ |x|: the L1 norm.</summary>
readonly struct SizesOf : IReduction
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => result + T.Abs(x);

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => result + RowSums.OfSizes(row);

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < results.Length; i++) results[i] += T.Abs(x[i]);
    }

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => result;
}

/// <summary>Σ x².</summary>
readonly struct SquaresOf : IReduction
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => result + (x * x);

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => result + RowSums.OfSquares(row);

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < results.Length; i++) results[i] += x[i] * x[i];
    }

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => result;
}

/// <summary>√Σ x²: the L2 norm.</summary>
readonly struct LengthOf : IReduction
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => result + (x * x);

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => result + RowSums.OfSquares(row);

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T>
    {
        for (int i = 0; i < results.Length; i++) results[i] += x[i] * x[i];
    }

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => T.CreateTruncating(Math.Sqrt(double.CreateTruncating(result)));
}

/// <summary>ln Σ x.</summary>
readonly struct LogarithmOf : IReduction
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.Zero;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => result + x;

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => result + RowSums.Of(row);

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Add(results, x, results);

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => T.CreateTruncating(Math.Log(double.CreateTruncating(result)));
}

/// <summary>Π x.</summary>
readonly struct ProductOf : IReduction
{
    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => T.One;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => result * x;

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => Multiply(result, row);

    static T Multiply<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T>
    {
        foreach (var x in row) result *= x;
        return result;
    }

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Multiply(results, x, results);

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => result;
}

/// <summary>The greatest; not a number wins.</summary>
readonly struct GreatestOf : IReduction
{
    public static bool OnlyCompares => true;

    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => default(T) is float or double or Half ? T.CreateTruncating(float.NegativeInfinity) : T.MinValue;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => T.Max(result, x);

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => T.Max(result, TensorPrimitives.Max(row));

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Max(results, x, results);

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => result;
}

/// <summary>The least; not a number wins.</summary>
readonly struct LeastOf : IReduction
{
    public static bool OnlyCompares => true;

    public static T Start<T>() where T : unmanaged, INumber<T>, IMinMaxValue<T> => default(T) is float or double or Half ? T.CreateTruncating(float.PositiveInfinity) : T.MaxValue;

    public static T Take<T>(T result, T x) where T : unmanaged, INumber<T> => T.Min(result, x);

    public static T TakeRow<T>(T result, ReadOnlySpan<T> row) where T : unmanaged, INumber<T> => T.Min(result, TensorPrimitives.Min(row));

    public static void TakeEach<T>(Span<T> results, ReadOnlySpan<T> x) where T : unmanaged, INumber<T> => TensorPrimitives.Min(results, x, results);

    public static T Finish<T>(T result, int count) where T : unmanaged, INumber<T> => result;
}
