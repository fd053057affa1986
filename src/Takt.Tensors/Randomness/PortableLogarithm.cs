namespace Takt.Tensors;

/// <summary>A natural logarithm made of IEEE additions and multiplications alone: <see cref="Math.Log(double)"/> asks the C library, which differs in the last bit from one system to another.</summary>
static class PortableLogarithm
{
    const double Ln2 = 0.693147180559945309417;

    /// <summary>ln x for normal positive x (and NaN and ∞ for themselves), within 2 units in the last place of the result or 2⁻⁵³, whichever is larger.</summary>
    public static double Of(double x)
    {
        if (!double.IsFinite(x)) return x;
        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double mantissa = BitConverter.Int64BitsToDouble((bits & 0xF_FFFF_FFFF_FFFF) | 0x3FF0_0000_0000_0000);
        if (mantissa > 1.4142135623730951)
        {
            mantissa /= 2;
            exponent++;
        }

        // ln m = 2 artanh z with z = (m − 1)/(m + 1), |z| ≤ 0.1716: eleven terms of the series leave less than 2⁻⁶⁰.
        double z = (mantissa - 1) / (mantissa + 1), square = z * z, sum = 0;
        for (int odd = 21; odd >= 1; odd -= 2) sum = (sum * square) + (1.0 / odd);
        return (exponent * Ln2) + (2 * z * sum);
    }
}
