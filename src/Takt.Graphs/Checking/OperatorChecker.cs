using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Checking;

/// <summary>Which operators of a model plans cannot compute: each once, with its operator set, how many nodes need it and what they are called.</summary>
static class OperatorChecker
{
    /// <summary>Nodes that are named: enough to find them in a viewer.</summary>
    const int MostNamed = 5;

    public static IEnumerable<Problem> Check(ModelProto model) => ModelWalk.Nodes(model.Graph)
        .Where(node => !OperatorTable.Knows(NameOf(node), out _))
        .GroupBy(node => (Domain: IsStandard(node.Domain) ? "" : node.Domain, node.OpType))
        .OrderBy(group => group.Key.Domain, StringComparer.Ordinal).ThenBy(group => group.Key.OpType, StringComparer.Ordinal)
        .Select(group => new Problem(
            $"operator {NameOf(group.First())} (operator set {VersionOf(model, group.Key.Domain)})",
            "one that Takt computes",
            OperatorTable.Suggest(NameOf(group.First())),
            Nodes([.. group.Select(n => n.Name.Length > 0 ? n.Name : $"→ {n.Output.FirstOrDefault()}")])));

    static string Nodes(string[] names) =>
        $"{(names.Length == 1 ? "node" : $"{names.Length:N0} nodes")} {string.Join(", ", names.Take(MostNamed).Select(n => $"'{n}'"))}{(names.Length > MostNamed ? ", …" : "")}";

    static string VersionOf(ModelProto model, string domain) =>
        model.OpsetImport.FirstOrDefault(o => (IsStandard(o.Domain) ? "" : o.Domain) == domain) is { } import ? $"{import.Version}" : "not imported";

    static string NameOf(NodeProto node) => IsStandard(node.Domain) ? node.OpType : $"{node.Domain}::{node.OpType}";

    static bool IsStandard(string domain) => domain is "" or "ai.onnx";
}
