namespace Takt.Graphs.Plans;

/// <summary>The upper half of a float32: its range with 8 binary digits. Only stored and converted; computing is done in float32.</summary>
/// <param name="Bits">Sign, 8 bits of exponent, 7 of fraction.</param>
readonly record struct BFloat16(ushort Bits)
{
    /// <summary>To nearest, halves to even; not a number stays so.</summary>
    public static explicit operator BFloat16(float value)
    {
        const uint JustBelowHalf = 0x7FFF;
        const int Quiet = 0x40;
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return new(float.IsNaN(value) ? (ushort)((bits >> 16) | Quiet) : (ushort)((bits + JustBelowHalf + ((bits >> 16) & 1)) >> 16));
    }

    /// <summary>Exactly.</summary>
    public static implicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);
}
