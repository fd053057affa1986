namespace Takt.Graphs.Plans.Compiling;

/// <summary>Sizes that exporters compute from shapes, though they are the same in every run (a layer's width, the number of heads), become constants.</summary>
static class KnownSizes
{
    public static void Run(Graph graph)
    {
        foreach (var node in graph.Nodes)
            foreach (string output in node.Outputs)
                if (output.Length > 0 && graph.Types.TryGetValue(output, out var type) && type is { Element: (int)ElementType.Int64, Elements: { } elements, Shape: { Count: 0 or 1 } shape }
                    && elements.All(e => e?.Value is not null) && (shape.Count == 0 ? elements.Count == 1 : shape[0]?.Value == elements.Count))
                    graph.Constants[output] = Value.Of<long>([.. elements.Select(e => e!.Value!.Value)], [.. shape.Select(s => (int)s!.Value!.Value)]);
        graph.Nodes.RemoveAll(n => n.Outputs.All(o => o.Length == 0 || graph.Constants.ContainsKey(o)));
        foreach (var node in graph.Nodes) node.Outputs = Array.ConvertAll(node.Outputs, o => graph.Constants.ContainsKey(o) ? "" : o);
    }
}
