using Takt.Graphs.Onnx;

namespace Takt.Graphs.Checking;

/// <summary>Nodes of a file, each after those whose values it reads (Kahn 1962). A graph within a node reads what it takes from around it.</summary>
static class NodeOrder
{
    /// <summary>Orders a graph's nodes.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="circling">Nodes that wait for each other, or for one that does.</param>
    public static IReadOnlyList<NodeProto> Of(GraphProto graph, out IReadOnlyList<NodeProto> circling)
    {
        var makers = new Dictionary<string, int>();
        for (int i = 0; i < graph.Node.Count; i++)
            foreach (string output in graph.Node[i].Output)
                if (output.Length > 0) makers[output] = i;

        int[] waiting = new int[graph.Node.Count];
        var readers = new List<int>?[graph.Node.Count];
        var ready = new Queue<int>();
        for (int i = 0; i < waiting.Length; i++)
        {
            foreach (int maker in Reads(graph.Node[i]).Where(makers.ContainsKey).Select(name => makers[name]).Distinct())
            {
                waiting[i]++;
                (readers[maker] ??= []).Add(i);
            }

            if (waiting[i] == 0) ready.Enqueue(i);
        }

        var ordered = new List<NodeProto>(waiting.Length);
        while (ready.TryDequeue(out int next))
        {
            ordered.Add(graph.Node[next]);
            foreach (int reader in readers[next] ?? [])
                if (--waiting[reader] == 0) ready.Enqueue(reader);
        }

        circling = ordered.Count == waiting.Length ? [] : [.. graph.Node.Where((_, i) => waiting[i] > 0)];
        return ordered;
    }

    /// <summary>What a node needs: its inputs, and what graphs within it take from around them.</summary>
    public static IEnumerable<string> Reads(NodeProto node) => node.Input.Concat(ModelWalk.Graphs(node).SelectMany(Captured));

    static IEnumerable<string> Captured(GraphProto graph)
    {
        var own = graph.Input.Select(i => i.Name).Concat(graph.Initializer.Select(t => t.Name)).Concat(graph.Node.SelectMany(n => n.Output)).ToHashSet();
        return graph.Node.SelectMany(Reads).Concat(graph.Output.Select(o => o.Name)).Where(name => !own.Contains(name));
    }
}
