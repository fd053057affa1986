namespace Takt.Graphs.Plans.Compiling;

/// <summary>MatMul by a constant matrix and Add of a constant row become one MatMul with a third input, which starts its sums at the bias.</summary>
static class MatMulBiasRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        var removed = new HashSet<Node>();
        foreach (var product in graph.Nodes)
        {
            if (product.Operator != "MatMul" || product.Inputs.Length != 2 || links.OnlyReaderOf(product.Outputs[0]) is not { Operator: "Add" } add) continue;
            string bias = add.Inputs[0] == product.Outputs[0] ? add.Inputs[1] : add.Inputs[0];
            if (!graph.Constants.TryGetValue(product.Inputs[1], out var weight) || weight is not { Rank: 2, Type: ElementType.Float32 }
                || !graph.Constants.TryGetValue(bias, out var row) || row.Rank != 1 || row.Count != weight.Sizes[1]) continue;
            product.Inputs = [.. product.Inputs, bias];
            product.Outputs = add.Outputs;
            removed.Add(add);
        }

        graph.Nodes.RemoveAll(removed.Contains);
    }
}
