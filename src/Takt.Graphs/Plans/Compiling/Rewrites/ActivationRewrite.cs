using Takt.Graphs.Plans.Operators;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>An activation right after a matrix product or convolution runs on its rows while they are still in the cache.</summary>
static class ActivationRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        var removed = new HashSet<Node>();
        foreach (var product in graph.Nodes)
        {
            if (product.Operator is not ("Gemm" or "MatMul" or "Conv" or "ConvTranspose") || product.Outputs.Length != 1) continue;
            if (links.OnlyReaderOf(product.Outputs[0]) is not { } reader || !Function.Knows(reader.Operator)) continue;
            product.FusedActivation = reader;
            product.Outputs = reader.Outputs;
            removed.Add(reader);
        }

        graph.Nodes.RemoveAll(removed.Contains);
    }
}
