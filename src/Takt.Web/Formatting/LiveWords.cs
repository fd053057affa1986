using Microsoft.Extensions.Localization;
using Takt.Protocols.Access;
using Takt.Web.Localization;

namespace Takt.Web.Formatting;

/// <summary>Which versions answered at a moment, in sentences.</summary>
static class LiveWords
{
    public static IEnumerable<string> Of(LiveVersions live, IStringLocalizer<Texts> texts)
    {
        string versions = string.Join(texts["list.separator"].Value, live.Answering.Select(a => $"{live.Model}:{a.Version} ({Figures.Percent(a.Share)})"));
        yield return live.Stopped ? texts["audit.live.stopped", live.Model] : live.Version is { } alone ? texts["audit.live.alone", $"{live.Model}:{alone}"]
            : versions.Length > 0 ? texts["audit.live.several", versions] : texts["audit.live.none", live.Model];
        if (live.SplitBy is { } parameter) yield return texts["wish.splitBy", parameter];
        foreach (var rule in live.Rules)
            yield return texts["audit.live.rule", string.Join(texts["list.separator"].Value, rule.When.Select(w => $"{w.Key} = {w.Value}")), rule.Version is { } number ? $"{live.Model}:{number}" : "–"];
        foreach (var (version, at, reason) in live.NotLoaded) yield return texts["audit.live.notLoaded", $"{live.Model}:{version}", $"{at.UtcDateTime:yyyy-MM-dd HH:mm:ss}", reason];
        if (live.Revision is { } revision) yield return texts["audit.live.revision", revision];
    }
}
