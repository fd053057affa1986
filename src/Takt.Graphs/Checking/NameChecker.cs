using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Checking;

/// <summary>Whether every value of a graph is made once, and before it is needed: no name twice, none missing, no cycle. Graphs within nodes see the names around them.</summary>
sealed class NameChecker(List<Problem> problems)
{
    public void Check(GraphProto graph)
    {
        if (graph.Output.Count == 0) problems.Add(new("a graph without outputs", "at least one"));
        Check(graph, around: [], "graph");
    }

    void Check(GraphProto graph, HashSet<string> around, string what)
    {
        var own = Declared(graph, what);
        var known = new HashSet<string>(around);
        known.UnionWith(own);
        foreach (var node in graph.Node)
        {
            string where = $"node '{node.Name}' ({node.OpType})";
            foreach (string input in node.Input)
                if (input.Length > 0 && !known.Contains(input)) problems.Add(new($"value '{input}' that nothing makes", "an input, an initialiser or another node's output", Where: where));
            if (node.Output.All(o => o.Length == 0)) problems.Add(new("no output", "at least one", Where: where));
            foreach (var inner in ModelWalk.Graphs(node)) Check(inner, known, $"graph in {where}");
        }

        foreach (var output in graph.Output)
            if (!known.Contains(output.Name)) problems.Add(new($"output '{output.Name}' that nothing makes", "some node's output", Where: $"{what} outputs"));
        CheckOrder(graph);
    }

    /// <summary>The names that this graph itself gives.</summary>
    HashSet<string> Declared(GraphProto graph, string what)
    {
        var own = new HashSet<string>();
        foreach (var input in graph.Input)
            if (input.Name.Length == 0 || !own.Add(input.Name)) problems.Add(new(input.Name.Length == 0 ? "an input without a name" : $"two inputs called '{input.Name}'", "different names", Where: what));
        var constants = new HashSet<string>();
        foreach (string name in graph.Initializer.Select(t => t.Name).Concat(graph.SparseInitializer.Select(s => s.Values?.Name ?? "")))
            if (name.Length == 0 || !constants.Add(name)) problems.Add(new(name.Length == 0 ? "an initialiser without a name" : $"two initialisers called '{name}'", "different names", Where: what));
        own.UnionWith(constants);   // an initialiser may be an input, too: its default
        foreach (var node in graph.Node)
            foreach (string output in node.Output)
                if (output.Length > 0 && !own.Add(output)) problems.Add(new($"two values called '{output}'", "different names", Where: $"node '{node.Name}' ({node.OpType})"));
        foreach (var twice in graph.Output.CountBy(o => o.Name).Where(g => g.Value > 1))
            problems.Add(new($"output '{twice.Key}' {twice.Value} times", "once", Where: what));
        return own;
    }

    void CheckOrder(GraphProto graph)
    {
        NodeOrder.Of(graph, out var circling);
        if (circling.Count > 0) problems.Add(new($"a cycle through {string.Join(", ", circling.Take(5).Select(n => $"'{n.Name}'"))}", "a graph without cycles"));
    }
}
