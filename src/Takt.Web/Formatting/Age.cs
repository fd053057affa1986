using Microsoft.Extensions.Localization;
using Takt.Web.Localization;

namespace Takt.Web.Formatting;

/// <summary>How long ago something was, in words; the browser keeps counting (js/ages.js) with the same steps.</summary>
static class Age
{
    public static string Of(DateTimeOffset time, DateTimeOffset now, IStringLocalizer<Texts> texts)
    {
        double seconds = Math.Max(0, (now - time).TotalSeconds);
        return seconds switch
        {
            < 100 => texts["age.seconds", Math.Floor(seconds)],
            < 100 * 60 => texts["age.minutes", Math.Floor(seconds / 60)],
            < 48 * 3600 => texts["age.hours", Math.Floor(seconds / 3600)],
            _ => texts["age.days", Math.Floor(seconds / 86400)],
        };
    }
}
