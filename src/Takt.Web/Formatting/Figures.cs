using System.Globalization;

namespace Takt.Web.Formatting;

/// <summary>Numbers as pages write them: no more digits than they are worth, a point as decimal sign in every language, a real minus.</summary>
static class Figures
{
    const string None = "–";

    /// <summary>A measured value with the decimals its sensor resolves.</summary>
    public static string Measured(double? value, int decimals) =>
        value is { } v && double.IsFinite(v) ? Minus(v.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)) : None;

    /// <summary>A number of unknown kind with so many significant digits, never in exponents where a reader does not expect them.</summary>
    public static string Significant(double? value, int digits = 3)
    {
        if (value is not { } v || !double.IsFinite(v)) return None;
        if (v == 0) return "0";
        double size = Math.Abs(v);
        if (size is >= 1e7 or < 1e-4) return Minus(v.ToString("E" + (digits - 1).ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        int decimals = Math.Clamp(digits - 1 - (int)Math.Floor(Math.Log10(size)), 0, 10);
        return Minus(Math.Round(v, decimals).ToString("N" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    /// <summary>A whole number in groups of three.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A probability in percent; never 100 % or 0 % for what is not quite so.</summary>
    public static string Percent(double? share) => share switch
    {
        null => None,
        > 0.995 and < 1 => "> 99 %",
        < 0.005 and > 0 => "< 1 %",
        { } p => $"{Math.Round(p * 100).ToString("F0", CultureInfo.InvariantCulture)} %",
    };

    /// <summary>A share of one with so many decimals: 0.973.</summary>
    public static string Share(double? value, int decimals = 3) => Measured(value, decimals);

    /// <summary>A signed effect in percentage points: +34, −2.</summary>
    public static string Points(double effect)
    {
        double points = Math.Round(effect * 100, Math.Abs(effect) < 0.1 ? 1 : 0);
        return (points > 0 ? "+" : "") + Minus(points.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>A size of a file.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{Significant(bytes / 1024.0)} kB",
        _ => $"{Significant(bytes / 1024.0 / 1024)} MB",
    };

    /// <summary>An amount of energy in the unit that suits it.</summary>
    public static string Energy(double joules) => joules switch
    {
        0 => "0 J",
        < 1e-3 => $"{Significant(joules * 1e6)} µJ",
        < 1 => $"{Significant(joules * 1e3)} mJ",
        < 1e3 => $"{Significant(joules)} J",
        < 3.6e6 => $"{Significant(joules / 1e3)} kJ",
        _ => $"{Significant(joules / 3.6e6)} kWh",
    };

    /// <summary>Like <see cref="Significant"/>, without zeros that say nothing: 61 instead of 61.00.</summary>
    public static string Short(double? value, int digits = 4)
    {
        string text = Significant(value, digits);
        return text.Contains('.') && !text.Contains('E') ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>A number for an attribute or a style: invariant, no groups.</summary>
    public static string Plain(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    static string Minus(string text) => text.Replace('-', '−');
}
