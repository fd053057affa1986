using Microsoft.Extensions.Localization;

namespace Takt.Web.Localization;

/// <summary>A sentence that pages tell in each visitor's language.</summary>
/// <param name="Key">Its key among the words of the pages.</param>
/// <param name="Arguments">What goes into it.</param>
public sealed record Sentence(string Key, params object[] Arguments)
{
    internal string In(IStringLocalizer<Texts> texts) => texts[Key, Arguments];
}
