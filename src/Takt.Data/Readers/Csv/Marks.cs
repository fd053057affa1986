using System.Numerics;
using System.Runtime.Intrinsics;

namespace Takt.Data.Readers;

/// <summary>Finds the bytes that give a delimited text its structure: delimiter, quote, line feed and carriage return.</summary>
static class Marks
{
    /// <summary>Positions of the structural bytes, in order.</summary>
    /// <param name="text">UTF-8; none of the four bytes occurs inside a longer character.</param>
    /// <param name="delimiter">An ASCII character.</param>
    /// <param name="offset">Added to each position.</param>
    /// <param name="positions">Room for as many as there are bytes.</param>
    /// <returns>How many there are.</returns>
    public static int Find(ReadOnlySpan<byte> text, byte delimiter, int offset, Span<int> positions)
    {
        int count = 0, i = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            var (d, q, lf, cr) = (Vector256.Create(delimiter), Vector256.Create((byte)'"'), Vector256.Create((byte)'\n'), Vector256.Create((byte)'\r'));
            for (; i + 32 <= text.Length; i += 32)
            {
                var block = Vector256.Create(text[i..]);
                var hits = Vector256.Equals(block, d) | Vector256.Equals(block, q) | Vector256.Equals(block, lf) | Vector256.Equals(block, cr);
                for (uint mask = hits.ExtractMostSignificantBits(); mask != 0; mask &= mask - 1)
                    positions[count++] = offset + i + BitOperations.TrailingZeroCount(mask);
            }
        }

        return count + Scalar(text[i..], delimiter, offset + i, positions[count..]);
    }

    /// <summary>The same, a byte at a time: the definition.</summary>
    public static int Scalar(ReadOnlySpan<byte> text, byte delimiter, int offset, Span<int> positions)
    {
        int count = 0;
        for (int i = 0; i < text.Length; i++)
            if (text[i] == delimiter || text[i] is (byte)'"' or (byte)'\n' or (byte)'\r') positions[count++] = offset + i;
        return count;
    }
}
