using System.Text.Json;
using Microsoft.Extensions.Localization;
using Takt.Web.Localization;

namespace Takt.Web.Formatting;

/// <summary>The words that live charts need, in the page's language, as JSON for an attribute.</summary>
static class ChartWords
{
    public static string Probability(IStringLocalizer<Texts> texts) => Words(texts, "line.probability", "line.threshold", "line.flagged", "line.truth");

    /// <summary>The values of some keys under the last part of each.</summary>
    static string Words(IStringLocalizer<Texts> texts, params string[] keys) =>
        JsonSerializer.Serialize(keys.ToDictionary(key => key[(key.LastIndexOf('.') + 1)..], key => texts[key].Value));
}
