namespace Takt.Graphs.Plans.Compiling;

/// <summary>Before operator set 24, exporters write Swish out: x · σ(x). This makes it one step again, which products and convolutions do by themselves.</summary>
static class SwishRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        for (int i = 0; i < graph.Nodes.Count; i++)
            if (graph.Nodes[i] is { Operator: "Mul" } product && XOf(links, product) is { } x)
                graph.Nodes[i] = new Node("Swish", product.Name, [x], product.Outputs, product.Opset);
    }

    static string? XOf(Links links, Node product)
    {
        for (int i = 0; i < 2; i++)
            if (links.MakerOf(product.Inputs[i]) is { Operator: "Sigmoid" } sigmoid && sigmoid.Inputs[0] == product.Inputs[1 - i]) return sigmoid.Inputs[0];
        return null;
    }
}
