using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Exact sums to 8 bits: saturate(round half to even((sum + bias) · scale) + zero point).</summary>
static class Requantiser
{
    /// <summary>Where the numbers of a type saturate.</summary>
    public static (int Low, int High) RangeOf(ElementType type) => type == ElementType.Int8 ? (sbyte.MinValue, sbyte.MaxValue) : (byte.MinValue, byte.MaxValue);

    /// <summary>Sums that share one bias and scale.</summary>
    public static void Apply(ReadOnlySpan<int> sums, int bias, float scale, int zero, Span<byte> y, (int Low, int High) range)
    {
        float low = range.Low, high = range.High;
        Span<int> whole = stackalloc int[Vector<int>.Count];
        int i = 0;
        for (; i <= sums.Length - whole.Length; i += whole.Length)
        {
            var rounded = Vector.Round(Vector.ConvertToSingle(new Vector<int>(sums[i..]) + new Vector<int>(bias)) * scale) + new Vector<float>(zero);
            Vector.ConvertToInt32(Vector.Clamp(rounded, new Vector<float>(low), new Vector<float>(high))).CopyTo(whole);
            for (int j = 0; j < whole.Length; j++) y[i + j] = (byte)whole[j];
        }

        for (; i < sums.Length; i++) y[i] = (byte)(int)Math.Clamp(MathF.Round((sums[i] + bias) * scale) + zero, low, high);
    }

    /// <summary>Rows of sums with a scale for each column.</summary>
    public static void Apply(ReadOnlySpan<int> sums, ReadOnlySpan<float> scales, int zero, Span<byte> y, (int Low, int High) range)
    {
        float low = range.Low, high = range.High;
        Span<int> whole = stackalloc int[Vector<int>.Count];
        for (int start = 0; start < sums.Length; start += scales.Length)
        {
            int i = 0;
            for (; i <= scales.Length - whole.Length; i += whole.Length)
            {
                var rounded = Vector.Round(Vector.ConvertToSingle(new Vector<int>(sums[(start + i)..])) * new Vector<float>(scales[i..])) + new Vector<float>(zero);
                Vector.ConvertToInt32(Vector.Clamp(rounded, new Vector<float>(low), new Vector<float>(high))).CopyTo(whole);
                for (int j = 0; j < whole.Length; j++) y[start + i + j] = (byte)whole[j];
            }

            for (; i < scales.Length; i++) y[start + i] = (byte)(int)Math.Clamp(MathF.Round(sums[start + i] * scales[i]) + zero, low, high);
        }
    }

    /// <summary>The zero point of an output: its type is the output's type.</summary>
    public static (ElementType Type, int Zero) ZeroOf(Value value, Call call)
    {
        bool isSigned = IntegerMatrix.SignOf(value, call);
        if (value.Count != 1) throw call.Wrong($"{value.Count} zero points of the output", "1");
        return (value.Type, isSigned ? value.Read<sbyte>()[0] : value.Read<byte>()[0]);
    }

    /// <summary>A scale: one for all, or one a line.</summary>
    public static float ScaleAt(Value scale, int line, Call call)
    {
        int at = scale.Count == 1 ? 0 : line;
        return scale.Type switch
        {
            ElementType.Float32 => scale.Read<float>()[at],
            ElementType.Float16 => (float)scale.Read<Half>()[at],
            ElementType.BFloat16 => scale.Read<BFloat16>()[at],
            _ => throw call.Wrong($"a scale of {scale.Type}", "Float32, Float16 or BFloat16"),
        };
    }
}
