using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reads and writes complex numbers as ONNX keeps them: a last axis of 1 (real) or 2 (real, imaginary).</summary>
static class Spectrum
{
    /// <summary>One line of numbers that stand apart, cut or filled with zeros to the length of the transform.</summary>
    public static void Read(ReadOnlySpan<double> x, int first, int apart, int count, int parts, Span<Complex> line)
    {
        for (int i = 0; i < line.Length; i++)
        {
            int at = (first + (i * apart)) * parts;
            line[i] = i >= count ? Complex.Zero : new Complex(x[at], parts == 2 ? x[at + 1] : 0);
        }
    }

    /// <summary>A real signal's spectrum from its first half: the other half is its mirror.</summary>
    public static void Mirror(Span<Complex> line, int known)
    {
        for (int i = known; i < line.Length; i++) line[i] = line.Length - i < known ? Complex.Conjugate(line[line.Length - i]) : Complex.Zero;
    }

    /// <summary>The last axis, checked.</summary>
    public static int Parts(Value x, Call call) =>
        x.Rank >= 2 && x.Sizes[^1] is 1 or 2 ? x.Sizes[^1] : throw call.Wrong($"{x}", "a last axis of 1 (real) or 2 (real and imaginary)");

    /// <summary>A single whole number that is a length.</summary>
    public static int Length(Value value, Call call) =>
        value.Count == 1 && WholeNumbers.At(value, 0, call) is > 0 and <= 1 << 26 and var length ? (int)length : throw call.Wrong($"a length of {(value.Count == 1 ? WholeNumbers.At(value, 0, call) : value)}", $"1 to {1 << 26:N0}");

    /// <summary>The type that spectra of a signal have.</summary>
    public static ElementType TypeOf(Value x, Call call) =>
        x.Type is ElementType.Float32 or ElementType.Float64 or ElementType.Float16 or ElementType.BFloat16 ? x.Type : throw call.Wrong($"a signal of {x.Type}", "real numbers");
}
