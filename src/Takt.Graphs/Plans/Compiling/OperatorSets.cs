using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>The versions of the operator sets that a model speaks.</summary>
sealed class OperatorSets
{
    /// <summary>Operators changed their form before 7 in ways that nothing in use still has; 26 is the newest set this code was written against.</summary>
    public const int Oldest = 7, Newest = 26;

    readonly Dictionary<string, int> _versions = [];

    public OperatorSets(ModelProto model, List<Problem> problems)
    {
        foreach (var import in model.OpsetImport) _versions.TryAdd(Plain(import.Domain), (int)Math.Clamp(import.Version, 0, int.MaxValue));
        bool known = _versions.TryGetValue("", out int version);
        if (version is < Oldest or > Newest && (known || model.Graph.Node.Any(n => Plain(n.Domain).Length == 0)))
            problems.Add(new(
                known ? $"operator set {version}" : "no operator set ai.onnx", $"{Oldest} to {Newest}",
                $"Export the model with an operator set from {Oldest} to {Newest}.", "opset_import"));
        _versions[""] = Math.Clamp(version, Oldest, Newest);
    }

    /// <summary>The version of a domain; 1 if the model does not say.</summary>
    public int this[string domain] => _versions.GetValueOrDefault(domain, 1);

    /// <summary>The standard domain has two names; this is the shorter one.</summary>
    public static string Plain(string domain) => domain == "ai.onnx" ? "" : domain;
}
