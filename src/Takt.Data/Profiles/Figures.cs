using System.Globalization;

namespace Takt.Data.Profiles;

/// <summary>Figures as warnings write them, the same in every culture.</summary>
static class Figures
{
    public static string Of(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    public static string Of(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    public static string Rows(int count) => count == 1 ? "1 row" : $"{Of(count)} rows";

    /// <summary>A share of rows: <c>3.4 %</c>.</summary>
    public static string Share(double count, double all) => $"{(100 * count / all).ToString("0.##", CultureInfo.InvariantCulture)} %";

    /// <summary>A length of time in the unit that suits it.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 120 => $"{Of(seconds)} s",
        < 7200 => $"{Of(seconds / 60)} min",
        < 172_800 => $"{Of(seconds / 3600)} h",
        _ => $"{Of(seconds / 86_400)} days",
    };
}
