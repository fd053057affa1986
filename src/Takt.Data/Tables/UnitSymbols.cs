namespace Takt.Data.Tables;

/// <summary>Knows a unit when it sees one, so that <c>(Nm)</c> is taken for a unit and <c>(old)</c> is not.</summary>
static class UnitSymbols
{
    /// <summary>Units that take an SI prefix.</summary>
    static readonly HashSet<string> Prefixed =
    [
        "m", "g", "s", "A", "K", "mol", "cd", "Hz", "N", "Nm", "Pa", "J", "W", "Wh", "VA", "VAh", "var", "varh", "VAr", "VArh", "V", "F", "Ω", "Ohm", "ohm", "S", "Wb", "T", "H",
        "lm", "lx", "Bq", "Gy", "Sv", "L", "l", "t", "bar", "eV", "rad", "B", "bit", "Ah", "gCO2", "tCO2", "gCO2e", "tCO2e",
    ];

    static readonly HashSet<string> Prefixes = ["p", "n", "u", "µ", "μ", "m", "c", "d", "h", "k", "M", "G", "T"];

    /// <summary>Units that stand alone.</summary>
    static readonly HashSet<string> Plain =
    [
        "%", "‰", "ppm", "ppb", "°", "°C", "°F", "℃", "℉", "C", "degC", "deg C", "degF", "deg F", "deg", "R", "min", "h", "hr", "hrs", "hours", "d", "day", "days", "sec", "ms",
        "week", "a", "yr", "year", "rpm", "RPM", "U", "1", "psi", "psia", "psig", "atm", "mmHg", "inHg", "Torr", "torr", "in", "inch", "ft", "yd", "mi", "mph", "lb", "lbs", "lbm", "lbf", "oz", "gal",
        "hp", "HP", "PS", "BTU", "cal", "kcal", "dB", "dBA", "pH", "pcs", "pc", "units", "pieces", "parts", "count", "counts", "cycles", "EUR", "USD", "AUD", "GBP", "CNY", "JPY", "€", "$", "£", "¥", "kVarh", "kVAR", "kVARh", "pps",
    ];

    /// <summary>Whether the text is a unit: known symbols, joined by / · * ^ and small powers: <c>kg/m3</c>, <c>m/s^2</c>, <c>1/min</c>.</summary>
    public static bool Knows(string text)
    {
        text = text.Trim();
        if (text.Length is 0 or > 20) return false;
        return Plain.Contains(text) || text.Split('/', '·', '*', '.').All(IsFactor);
    }

    static bool IsFactor(string factor)
    {
        string symbol = factor.Trim().TrimEnd('²', '³');
        if (IsSymbol(symbol)) return true;
        symbol = symbol.TrimEnd('0', '1', '2', '3', '4').TrimEnd('-', '^');   // a power: m3, s^2, s-1
        return IsSymbol(symbol);
    }

    static bool IsSymbol(string symbol) =>
        Plain.Contains(symbol) || Prefixed.Contains(symbol) || (symbol.Length > 1 && Prefixes.Contains(symbol[..1]) && Prefixed.Contains(symbol[1..]));
}
