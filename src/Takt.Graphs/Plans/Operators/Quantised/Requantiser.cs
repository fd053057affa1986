using System.Numerics;
using System.Runtime.CompilerServices;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Exact sums to 8 bits: saturate(round half to even((sum + bias) · scale) + zero point).</summary>
static class Requantiser
{
    /// <summary>Where the numbers of a type saturate.</summary>
    public static (int Low, int High) RangeOf(ElementType type) => type == ElementType.Int8 ? (sbyte.MinValue, sbyte.MaxValue) : (byte.MinValue, byte.MaxValue);

    /// <summary>Sums that share one bias and scale. The bytes may begin where the sums begin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(ReadOnlySpan<int> sums, int bias, float scale, int zero, Span<byte> y, (int Low, int High) range)
    {
        int i = 0, width = Vector<int>.Count;
        for (; i <= sums.Length - (4 * width); i += 4 * width)
        {
            var four = sums.Slice(i, 4 * width);
            Vector<int> first = Whole(four, bias, scale, zero, range), second = Whole(four[width..], bias, scale, zero, range), third = Whole(four[(2 * width)..], bias, scale, zero, range), last = Whole(four[(3 * width)..], bias, scale, zero, range);
            Vector.AsVectorByte(Vector.Narrow(Vector.Narrow(first, second), Vector.Narrow(third, last))).CopyTo(y[i..]);
        }

        float low = range.Low, high = range.High;
        for (; i < sums.Length; i++) y[i] = (byte)(int)Math.Clamp(MathF.Round((sums[i] + bias) * scale) + zero, low, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector<int> Whole(ReadOnlySpan<int> sums, int bias, float scale, int zero, (int Low, int High) range)
    {
        var rounded = Vector.Round(Vector.ConvertToSingle(new Vector<int>(sums) + new Vector<int>(bias)) * scale) + new Vector<float>(zero);
        return Vector.ConvertToInt32Native(Vector.ClampNative(rounded, new Vector<float>(range.Low), new Vector<float>(range.High)));
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
