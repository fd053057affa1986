namespace Takt.Graphs.Plans.Compiling;

/// <summary>Of a chain of new sizes for the same elements only the last counts, if it says its sizes itself.</summary>
static class ReshapeRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        foreach (var node in graph.Nodes)
            while (node.Operator == "Reshape" && SaysAll(graph, node) && links.MakerOf(node.Inputs[0]) is { Operator: "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze" } before) node.Inputs[0] = before.Inputs[0];
    }

    /// <summary>Whether no size is taken from the input (a 0 would be).</summary>
    static bool SaysAll(Graph graph, Node reshape) =>
        graph.Constants.TryGetValue(reshape.Inputs[1], out var sizes) && sizes.Type == ElementType.Int64 && !sizes.Read<long>().Contains(0);
}
