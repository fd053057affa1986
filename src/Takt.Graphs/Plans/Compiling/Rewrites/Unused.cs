namespace Takt.Graphs.Plans.Compiling;

/// <summary>Drops nodes that nothing needs, constants that nothing reads, and output names that nobody wants.</summary>
static class Unused
{
    public static void Remove(Graph graph)
    {
        var needed = graph.Outputs.Select(o => o.Name).ToHashSet();
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            var node = graph.Nodes[i];
            node.Outputs = Array.ConvertAll(node.Outputs, o => needed.Contains(o) ? o : "");
            if (Array.TrueForAll(node.Outputs, o => o.Length == 0)) graph.Nodes.RemoveAt(i);
            else needed.UnionWith(node.Inputs);
        }

        foreach (string constant in graph.Constants.Keys.Where(c => !needed.Contains(c)).ToList()) graph.Constants.Remove(constant);
    }
}
