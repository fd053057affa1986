using System.Globalization;
using Takt.Protocols.Deployments;
using Takt.Protocols.Names;
using Takt.Protocols.Problems;
using Takt.Registry.Models;

namespace Takt.Registry.Deployments;

/// <summary>What is wrong with a wish, before it is noted.</summary>
static class DeploymentProblems
{
    const int LongestQueue = 1_000_000, LargestBatch = 65_536, MostWarmUps = 1000, LargestPayloadKiB = 1 << 16, LargestLogMiB = 1 << 20;

    /// <summary>More threads than any machine has cores.</summary>
    const int MostThreads = 1024;
    const double LongestMs = 24 * 60 * 60 * 1000.0, LongestDays = 3660;

    /// <summary>Everything that is wrong; empty = nothing.</summary>
    public static List<Problem> Of(DeploymentSpec spec, Model model, ModelStore models)
    {
        var problems = Nothings(spec);
        if (problems.Count > 0) return problems; // the rest would stumble over them
        foreach (var (label, where) in Labels(spec))
        {
            var reference = int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? new ModelReference(model.Name, Version: number)
                : new ModelReference(model.Name, Alias: label);
            int[] numbers = [.. model.Versions.Select(v => v.Number)];
            if (reference.NumberAmong(numbers, model.Aliases) is null) problems.Add(reference.UnknownVersion(numbers, model.Aliases) with { Where = where });
        }

        if (spec.Traffic.Count > 0 && spec.Traffic.Sum(t => t.Weight) <= 0) problems.Add(new("weights that add up to nothing", "at least one above 0", Where: "traffic"));
        foreach (var share in spec.Traffic.Where(t => t.Weight < 0 || !double.IsFinite(t.Weight)))
            problems.Add(new(Say($"weight {share.Weight}"), "a number from 0", Where: $"traffic to '{share.To}'"));
        foreach (var rule in spec.Rules.Where(r => r.When.Count == 0))
            problems.Add(new("a rule for every call", "at least one parameter with its value", "Use traffic for what no rule decides", $"rule to '{rule.To}'"));
        if (spec.SplitBy is "") problems.Add(new("an empty parameter name", "the name of a request parameter, such as station", Where: "splitBy"));
        if (spec.Versions.Latest is < 1) problems.Add(new(Say($"the newest {spec.Versions.Latest}"), "at least 1", Where: "versions.latest"));
        if (spec.Shadow is { Share: not (>= 0 and <= 1) }) problems.Add(new(Say($"{spec.Shadow.Share}"), "a share from 0 to 1", Where: "shadow.share"));
        if (spec.Fallback is { } fallback) AddFallback(problems, fallback, model, models);
        Range(problems, spec.Limits.Queue, 1, LongestQueue, "limits.queue");
        Range(problems, spec.Limits.Batch, 0, LargestBatch, "limits.batch");
        Range(problems, spec.Limits.Threads, 0, MostThreads, "limits.threads");
        Range(problems, spec.Limits.Priority, 1, int.MaxValue, "limits.priority");
        Range(problems, spec.WarmUp.Requests, 0, MostWarmUps, "warmUp.requests");
        if (spec.Limits.TargetMs is { } target and not (> 0 and <= LongestMs)) problems.Add(new(Say($"{target}"), "milliseconds above 0, at most a day", Where: "limits.targetMs"));
        if (spec.Limits.TimeoutMs is { } timeout and not (> 0 and <= LongestMs)) problems.Add(new(Say($"{timeout}"), "milliseconds above 0, at most a day", Where: "limits.timeoutMs"));
        if (spec.Log is { } log) AddLog(problems, log);
        return problems;
    }

    /// <summary>JSON lets null stand in a list.</summary>
    static List<Problem> Nothings(DeploymentSpec spec)
    {
        var problems = new List<Problem>();
        if (spec.Traffic.Any(t => t is null)) problems.Add(new("null", "a label with its weight", Where: "traffic"));
        if (spec.Rules.Any(r => r is null || r.When.Any(w => w.Value is null))) problems.Add(new("null", "a rule with parameter values", Where: "rules"));
        if (spec.Versions.Named?.Any(n => n is null) == true) problems.Add(new("null", "a label", Where: "versions.named"));
        if (spec.Log?.Redact.Any(n => string.IsNullOrWhiteSpace(n)) == true) problems.Add(new("a name without letters", "the name of a column, a tensor or a parameter", Where: "log.redact"));
        return problems;
    }

    /// <summary>The labels that a deployment names, and where it does.</summary>
    public static IEnumerable<(string Label, string Where)> Labels(DeploymentSpec spec) =>
    [
        .. spec.Traffic.Select(t => (t.To, "traffic")),
        .. spec.Rules.Select(r => (r.To, "rules")),
        .. spec.Shadow is null ? [] : new[] { (spec.Shadow.To, "shadow") },
        .. (spec.Versions.Named ?? []).Select(n => (n, "versions.named")),
    ];

    static void AddFallback(List<Problem> problems, string fallback, Model model, ModelStore models)
    {
        try
        {
            var reference = ModelReference.Parse(fallback);
            if (reference.Name == model.Name && reference is { Alias: null, Version: null }) problems.Add(new($"{fallback} as its own fallback", "another model, or a version of this one", Where: "fallback"));
            else models.Resolve(reference);
        }
        catch (InputException wrong)
        {
            problems.AddRange(wrong.Problems.Select(p => p with { Where = "fallback" }));
        }
    }

    static void AddLog(List<Problem> problems, RequestLogSpec log)
    {
        if (log.Share is not (>= 0 and <= 1)) problems.Add(new(Say($"{log.Share}"), "a share from 0 to 1", Where: "log.share"));
        if (log.Failures is not (null or (>= 0 and <= 1))) problems.Add(new(Say($"{log.Failures}"), "a share from 0 to 1", Where: "log.failures"));
        if (log.KeepDays is not (> 0 and <= LongestDays)) problems.Add(new(Say($"{log.KeepDays}"), Say($"days above 0, at most {LongestDays}"), Where: "log.keepDays"));
        Range(problems, log.PayloadKiB, 1, LargestPayloadKiB, "log.payloadKiB");
        Range(problems, log.KeepMiB, 1, LargestLogMiB, "log.keepMiB");
    }

    static void Range(List<Problem> problems, int value, int least, int most, string where)
    {
        if (value < least || value > most) problems.Add(new(Say($"{value}"), Say($"a whole number from {least} to {most}"), Where: where));
    }

    static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
