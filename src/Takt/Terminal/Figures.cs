using System.Globalization;

namespace Takt.Terminal;

/// <summary>Numbers and times as the terminal writes them, alike in every table and on every machine.</summary>
static class Figures
{
    /// <summary>A number with at most four decimals; nothing where there is none.</summary>
    public static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A whole number in groups of three.</summary>
    public static string Count(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>A part of a whole in percent.</summary>
    public static string Share(double part, double whole) => string.Create(CultureInfo.InvariantCulture, $"{100 * part / whole:0.##} %");

    /// <summary>A point in time to the minute, UTC.</summary>
    public static string Minute(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>The beginning of a hash: enough to tell two apart by eye.</summary>
    public static string Short(string sha256) => sha256[..12];
}
