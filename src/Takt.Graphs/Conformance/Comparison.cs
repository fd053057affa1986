using System.Globalization;
using Takt.Graphs.Plans;

namespace Takt.Graphs.Conformance;

/// <summary>Compares what was found with what was expected.</summary>
static class Comparison
{
    /// <summary>What differs, or null.</summary>
    public static string? Difference(NamedTensor expected, NamedTensor found, Tolerance? tolerance)
    {
        if (expected.Items is { } items) return Difference(items, found, tolerance);
        if (found.Items is not null) return "a sequence instead of a tensor";
        if (expected.Type != found.Type) return $"{found.Type} instead of {expected.Type}";
        if (!expected.Sizes.SequenceEqual(found.Sizes)) return $"sizes [{string.Join(", ", found.Sizes)}] instead of [{string.Join(", ", expected.Sizes)}]";
        return expected.Type switch
        {
            ElementType.Float32 => Difference(expected.Elements<float>(), found.Elements<float>(), v => v, tolerance ?? Tolerance.Of(expected.Type)),
            ElementType.Float64 => Difference(expected.Elements<double>(), found.Elements<double>(), v => v, tolerance ?? Tolerance.Of(expected.Type)),
            ElementType.Float16 => Difference(expected.Elements<Half>(), found.Elements<Half>(), v => (double)v, tolerance ?? Tolerance.Of(expected.Type)),
            ElementType.BFloat16 => Difference(expected.Elements<BFloat16>(), found.Elements<BFloat16>(), v => (float)v, tolerance ?? Tolerance.Of(expected.Type)),
            ElementType.String => Exactly(expected.Texts, found.Texts),
            ElementType.Int64 => Exactly(expected.Elements<long>(), found.Elements<long>()),
            ElementType.Int32 => Exactly(expected.Elements<int>(), found.Elements<int>()),
            ElementType.Bool => Exactly(expected.Elements<bool>(), found.Elements<bool>()),
            _ => Exactly(expected.Bytes, found.Bytes),   // narrower ones byte by byte
        };
    }

    static string? Difference(IReadOnlyList<NamedTensor> expected, NamedTensor found, Tolerance? tolerance)
    {
        if (found.Items is not { } items) return "a tensor instead of a sequence";
        if (items.Count != expected.Count) return $"{items.Count} items instead of {expected.Count}";
        for (int i = 0; i < items.Count; i++)
            if (Difference(expected[i], items[i], tolerance) is { } difference) return $"item {i}: {difference}";
        return null;
    }

    static string? Exactly<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> found) where T : IEquatable<T>
    {
        for (int i = 0; i < expected.Length; i++)
            if (!expected[i].Equals(found[i])) return $"{found[i]} instead of {expected[i]} at place {i}";
        return null;
    }

    static string? Difference<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> found, Func<T, double> number, Tolerance tolerance)
    {
        double greatest = 1;
        foreach (var value in expected)
            if (double.IsFinite(number(value))) greatest = Math.Max(greatest, Math.Abs(number(value)));
        for (int i = 0; i < expected.Length; i++)
        {
            double want = number(expected[i]), have = number(found[i]);
            if (!want.Equals(have) && !(Math.Abs(want - have) <= (tolerance.Absolute * greatest) + (tolerance.Relative * Math.Abs(want))))
                return string.Create(CultureInfo.InvariantCulture, $"{have:G9} instead of {want:G9} at place {i}");
        }

        return null;
    }
}
