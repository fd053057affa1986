using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Mean and spread of a row in any precision.</summary>
static class Moments
{
    /// <summary>The mean, and 1/√(variance + ε) with the variance divided by the count.</summary>
    public static (T Mean, T Inverse) Of<T>(ReadOnlySpan<T> row, T epsilon) where T : unmanaged, IFloatingPointIeee754<T>
    {
        T sum = T.Zero, squares = T.Zero, count = T.CreateTruncating(row.Length);
        foreach (var value in row) sum += value;
        var mean = sum / count;
        foreach (var value in row) squares += (value - mean) * (value - mean);
        return (mean, T.One / T.Sqrt((squares / count) + epsilon));
    }

    /// <summary>1/√(mean square + ε).</summary>
    public static T InverseRoot<T>(ReadOnlySpan<T> row, T epsilon) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var squares = T.Zero;
        foreach (var value in row) squares += value * value;
        return T.One / T.Sqrt((squares / T.CreateTruncating(row.Length)) + epsilon);
    }
}
