using Microsoft.Extensions.Localization;
using Takt.Protocols.Deployments;
using Takt.Web.Localization;

namespace Takt.Web.Formatting;

/// <summary>What is wanted of a deployment, in sentences. What is as it would be without a word is left out, except who answers.</summary>
static class DeploymentWords
{
    public static IEnumerable<string> Of(DeploymentSpec? spec, IStringLocalizer<Texts> texts)
    {
        if (spec is null)
        {
            yield return texts["wish.none"];
            yield break;
        }

        if (!spec.Active) yield return Who(spec, texts);
        yield return Who(spec with { Active = true }, texts);
        if (spec.SplitBy is { } parameter && spec.Traffic.Count > 1) yield return texts["wish.splitBy", parameter];
        foreach (var rule in spec.Rules)
            yield return texts["wish.rule", string.Join(texts["list.separator"].Value, rule.When.Select(w => $"{w.Key} = {w.Value}")), Label(rule.To)];
        if (spec.Versions.All) yield return texts["wish.versions.all"];
        else if (spec.Versions.Latest is { } latest) yield return texts["wish.versions.latest", latest];
        if (spec.Versions.Named is { Count: > 0 } named) yield return texts["wish.versions.named", string.Join(texts["list.separator"].Value, named.Select(Label))];
        if (spec.Shadow is { } shadow) yield return texts["wish.shadow", Label(shadow.To), Figures.Percent(shadow.Share)];
        if (spec.Fallback is { } fallback) yield return texts["wish.fallback", fallback];
        yield return texts["wish.queue", Figures.Count(spec.Limits.Queue)];
        if (spec.Limits.Batch > 0) yield return texts["wish.batch", spec.Limits.Batch];
        if (spec.Limits.TargetMs is { } target) yield return texts["wish.target", Figures.Short(target)];
        if (spec.Limits.TimeoutMs is { } timeout) yield return texts["wish.timeout", Figures.Short(timeout)];
        if (spec.Log is { } log && (log.Share > 0 || log.Failures > 0))
        {
            yield return texts["wish.log", Figures.Percent(log.Share), Figures.Percent(log.Failures ?? log.Share), Figures.Short(log.KeepDays), Figures.Count(log.KeepMiB)];
            if (log.Payloads) yield return texts["wish.log.payloads"];
            if (log is { Payloads: true, Redact.Count: > 0 }) yield return texts["wish.log.redact", string.Join(texts["list.separator"].Value, log.Redact)];
        }

        yield return spec.WarmUp.Requests > 0 ? texts["wish.warmUp", spec.WarmUp.Requests] : texts["wish.warmUp.none"];
    }

    /// <summary>Who answers for the bare name, in one sentence.</summary>
    public static string Who(DeploymentSpec? spec, IStringLocalizer<Texts> texts)
    {
        if (spec is null) return texts["wish.none"];
        if (!spec.Active) return texts["wish.stopped"];
        double whole = spec.Traffic.Sum(share => share.Weight);
        return whole > 0
            ? texts["wish.traffic", string.Join(texts["list.separator"].Value, spec.Traffic.Select(share => $"{Label(share.To)} {Figures.Percent(share.Weight / whole)}"))]
            : texts["wish.champion"];
    }

    /// <summary>The versions that answer, with their shares.</summary>
    public static string Answering(IEnumerable<AnsweringVersion> answering, IStringLocalizer<Texts> texts) =>
        string.Join(texts["list.separator"].Value, answering.Select(one => $"v{one.Version} {Figures.Percent(one.Share)}"));

    /// <summary>An alias as it is, a number as a version.</summary>
    public static string Label(string label) => char.IsAsciiDigit(label[0]) ? $"v{label}" : label;
}
