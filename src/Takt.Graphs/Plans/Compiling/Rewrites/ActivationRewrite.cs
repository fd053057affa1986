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
            if (product.Operator is not ("Gemm" or "MatMul" or "Conv" or "ConvTranspose") || product.Outputs.Length != 1 || !HasFloatWeights(graph, product)) continue;
            if (links.OnlyReaderOf(product.Outputs[0]) is not { } reader || !Function.Knows(reader.Operator)) continue;
            product.FusedActivation = reader;
            product.Outputs = reader.Outputs;
            removed.Add(reader);
        }

        graph.Nodes.RemoveAll(removed.Contains);
    }

    /// <summary>Whether it computes in single precision for sure: other precisions have no fused form.</summary>
    internal static bool HasFloatWeights(Graph graph, Node product) =>
        graph.Constants.TryGetValue(product.Inputs[1], out var weight) && weight.Type is (ElementType.Float32 or ElementType.Float16);
}
