using System.Globalization;
using System.Text;

namespace Takt.Data.Readers;

/// <summary>Numbers: sign, digits with a point or a comma, exponent; <c>inf</c> and <c>infinity</c>. No thousands separators: they cannot be told from decimals.</summary>
static class NumberCell
{
    const int LongestNumber = 400;   // 1e-308 written out in full has some 330 characters

    /// <summary>The powers of ten that a double holds exactly. A whole number below 2⁵³ times or over one of them is rounded once, so it is the nearest double (Clinger 1990).</summary>
    static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Reads a number.</summary>
    /// <param name="cell">The cell, without spaces around it.</param>
    /// <param name="value">The nearest double; infinite where written so or too large.</param>
    /// <returns>Both number forms for whole numbers, the one that its separator says for others, <see cref="CellForms.Text"/> for what is no number.</returns>
    public static CellForms Parse(ReadOnlySpan<byte> cell, out double value)
    {
        value = double.NaN;
        int i = 0;
        bool negative = false;
        if (cell.Length > 0 && cell[0] is (byte)'-' or (byte)'+')
        {
            negative = cell[0] == '-';
            i = 1;
        }

        ulong mantissa = 0;
        int digits = 0, significant = 0, afterSeparator = 0;
        byte separator = 0;
        for (; i < cell.Length; i++)
        {
            uint digit = (uint)(cell[i] - '0');
            if (digit <= 9)
            {
                digits++;
                if (mantissa > 0 || digit > 0) significant++;
                mantissa = mantissa * 10 + digit;   // may run over; then significant > 19 and the value is not used
                if (separator != 0) afterSeparator++;
            }
            else if (separator == 0 && cell[i] is (byte)'.' or (byte)',')
                separator = cell[i];
            else
                break;
        }

        if (digits == 0) return Infinity(cell, out value);
        int exponent = 0;
        if (i < cell.Length && !TryExponent(cell[i..], out exponent)) return CellForms.Text;

        int power = exponent - afterSeparator;
        if (significant <= 19 && mantissa <= 1UL << 53 && power is >= -22 and <= 22)
        {
            value = power < 0 ? mantissa / PowersOfTen[-power] : mantissa * PowersOfTen[power];
            if (negative) value = -value;
        }
        else if (!TryExact(cell, separator, out value))
            return CellForms.Text;

        return separator switch
        {
            0 => CellForms.PointNumber | CellForms.CommaNumber,
            (byte)'.' => CellForms.PointNumber,
            _ => CellForms.CommaNumber,
        };
    }

    static bool TryExponent(ReadOnlySpan<byte> tail, out int exponent)
    {
        exponent = 0;
        if (tail[0] is not ((byte)'e' or (byte)'E')) return false;
        int i = 1;
        bool negative = false;
        if (i < tail.Length && tail[i] is (byte)'-' or (byte)'+') negative = tail[i++] == '-';
        if (i == tail.Length) return false;
        for (; i < tail.Length; i++)
        {
            if (!char.IsAsciiDigit((char)tail[i])) return false;
            exponent = Math.Min(99_999, exponent * 10 + (tail[i] - '0'));
        }

        if (negative) exponent = -exponent;
        return true;
    }

    static bool TryExact(ReadOnlySpan<byte> cell, byte separator, out double value)
    {
        value = double.NaN;
        if (cell.Length > LongestNumber) return false;
        Span<byte> copy = stackalloc byte[cell.Length];
        cell.CopyTo(copy);
        if (separator == ',') copy.Replace((byte)',', (byte)'.');
        return double.TryParse(copy, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    static CellForms Infinity(ReadOnlySpan<byte> cell, out double value)
    {
        value = double.NaN;
        var word = cell.Length > 0 && cell[0] is (byte)'-' or (byte)'+' ? cell[1..] : cell;
        if (!Ascii.EqualsIgnoreCase(word, "inf"u8) && !Ascii.EqualsIgnoreCase(word, "infinity"u8) && !word.SequenceEqual("∞"u8)) return CellForms.Text;
        value = cell[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return CellForms.PointNumber | CellForms.CommaNumber;
    }
}
