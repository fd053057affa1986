namespace Takt.Graphs.Plans.Compiling;

/// <summary>Between DequantizeLinear and QuantizeLinear of the same scale, nodes that only carry numbers on (other sizes, another order, the greatest of a window) carry the bytes instead.</summary>
static class QuantisedCarrierRewrite
{
    public static void Run(Graph graph)
    {
        if (!graph.Nodes.Exists(QuantisedRewrite.Reads)) return;
        var links = new Links(graph);
        foreach (var carrier in graph.Nodes.ToList())
        {
            if (carrier.Operator is not ("Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Transpose" or "MaxPool") || carrier.Outputs.Length != 1) continue;
            if (links.MakerOf(carrier.Inputs[0]) is not { } before || !QuantisedRewrite.Reads(before) || links.OnlyReaderOf(carrier.Outputs[0]) is not { Operator: "QuantizeLinear" } after) continue;
            if (!Same(graph, before, after, 1, ElementType.Float32) || !(Same(graph, before, after, 2, ElementType.UInt8) || Same(graph, before, after, 2, ElementType.Int8))) continue;
            carrier.Inputs = [before.Inputs[0], .. carrier.Inputs[1..]];
            carrier.Outputs = after.Outputs;
            graph.Nodes.Remove(after);
        }
    }

    /// <summary>Whether both nodes have the same single constant as an input.</summary>
    static bool Same(Graph graph, Node before, Node after, int input, ElementType type) =>
        before.Has(input) && after.Has(input) && graph.Constants.TryGetValue(before.Inputs[input], out var a) && graph.Constants.TryGetValue(after.Inputs[input], out var b)
        && a is { Count: 1 } && b is { Count: 1 } && a.Type == type && b.Type == type && a.Bytes.SequenceEqual(b.Bytes);
}
