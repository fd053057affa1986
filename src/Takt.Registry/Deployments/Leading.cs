using Takt.Protocols.Deployments;
using Takt.Protocols.Names;

namespace Takt.Registry.Deployments;

/// <summary>The part of a deployment that decides which version answers: whether the model is served, its traffic, what keeps together, and its rules.</summary>
static class Leading
{
    /// <summary>A deployment with this part taken from another; the rest stays.</summary>
    /// <param name="spec">The deployment.</param>
    /// <param name="from">Where the part comes from; null = nothing is said, so the bare name leads.</param>
    public static DeploymentSpec With(DeploymentSpec? spec, DeploymentSpec? from)
    {
        from ??= new DeploymentSpec();
        return (spec ?? new DeploymentSpec()) with { Active = from.Active, Traffic = from.Traffic, SplitBy = from.SplitBy, Rules = from.Rules };
    }

    /// <summary>The index of the last revision that differs from the one before it in this part; -1 = none does. Before the first nothing was said.</summary>
    public static int LastChange(IReadOnlyList<Deployment> history)
    {
        for (int i = history.Count - 1; i >= 0; i--)
            if (Text(history[i].Spec) != Text(i > 0 ? history[i - 1].Spec : null)) return i;
        return -1;
    }

    /// <summary>The labels that calls of the bare name may follow.</summary>
    public static IEnumerable<string> Labels(DeploymentSpec? spec) => spec is null ? [ModelReference.DefaultAlias]
        : [.. spec.Traffic.Count > 0 ? spec.Traffic.Select(t => t.To) : [ModelReference.DefaultAlias], .. spec.Rules.Select(r => r.To)];

    /// <summary>The part as a text, to compare.</summary>
    static string Text(DeploymentSpec? spec) => DeploymentJson.Write(With(null, spec));
}
