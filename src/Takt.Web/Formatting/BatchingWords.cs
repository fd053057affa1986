using Microsoft.Extensions.Localization;
using Takt.Protocols.Deployments;
using Takt.Web.Localization;

namespace Takt.Web.Formatting;

/// <summary>Why calls are computed together as they are, in the page's language.</summary>
static class BatchingWords
{
    /// <summary>One sentence.</summary>
    public static string Of(BatchingReason reason, IStringLocalizer<Texts> texts) => texts[$"batching.{reason.Code}", [.. reason.Numbers.Select(Told)]];

    static string Told(BatchingNumber number) => number.Name switch
    {
        "rows" => Figures.Count((long)number.Value),
        "share" or "busy" => Figures.Percent(number.Value),
        _ => $"{Figures.Short(number.Value, 3)} ms",
    };
}
