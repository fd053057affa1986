using Takt.Graphs.Plans.Operators;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Takes out nodes whose output is their input: Identity, Dropout in use, a transpose that moves nothing, a list of one part to join.</summary>
static class IdentityRewrite
{
    public static void Run(Graph graph)
    {
        var kept = graph.Outputs.Select(o => o.Name).Concat(graph.Nodes.SelectMany(n => n.Captures)).ToHashSet();
        var same = new Dictionary<string, string>();
        graph.Nodes.RemoveAll(node =>
        {
            for (int i = 0; i < node.Inputs.Length; i++) node.Inputs[i] = same.GetValueOrDefault(node.Inputs[i], node.Inputs[i]);
            if (!IsIdentity(graph, node) || kept.Contains(node.Outputs[0])) return false;
            same[node.Outputs[0]] = node.Inputs[0];
            return true;
        });
        RenameOutputs(graph, kept);
    }

    /// <summary>An output of the graph that is only another name for a value: its maker makes it under that name at once.</summary>
    static void RenameOutputs(Graph graph, HashSet<string> kept)
    {
        var links = new Links(graph);
        foreach (var node in graph.Nodes.ToList())
        {
            if (!IsIdentity(graph, node) || kept.Contains(node.Inputs[0]) || links.MakerOf(node.Inputs[0]) is not { } maker) continue;
            var (inner, outer) = (node.Inputs[0], node.Outputs[0]);
            graph.Nodes.Remove(node);
            maker.Outputs = Array.ConvertAll(maker.Outputs, o => o == inner ? outer : o);
            foreach (var reader in graph.Nodes) reader.Inputs = Array.ConvertAll(reader.Inputs, i => i == inner ? outer : i);
            kept.Add(inner);   // one name is enough
        }
    }

    static bool IsIdentity(Graph graph, Node node) => node.Outputs[0].Length > 0 && node.Outputs.Skip(1).All(o => o.Length == 0) && node.Operator switch
    {
        "Identity" => true,
        "Concat" => node.Inputs.Length == 1,
        "Transpose" => node.Ints("perm") is { } order && order.Select((axis, i) => axis == i).All(still => still),
        "Dropout" => Dropout.DropsNothing(node, Constant(graph, node, 1), Constant(graph, node, 2)),
        _ => false,
    };

    static Value? Constant(Graph graph, Node node, int input) => node.Has(input) ? graph.Constants.GetValueOrDefault(node.Inputs[input]) : null;
}
