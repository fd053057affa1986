namespace Takt.Graphs.Plans.Compiling;

/// <summary>The largest of windows right after a convolution is sought image by image, while the convolution's result is still in the cache.</summary>
static class PoolRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        var removed = new HashSet<Node>();
        foreach (var convolution in graph.Nodes)
        {
            if (convolution.Operator != "Conv" || !graph.Constants.TryGetValue(convolution.Inputs[1], out var weight) || weight is not { Type: ElementType.Float32, Rank: 3 or 4 }) continue;
            if (convolution.Has(2) && !graph.Constants.ContainsKey(convolution.Inputs[2])) continue;
            if (links.OnlyReaderOf(convolution.Outputs[0]) is not { Operator: "MaxPool" } pool || pool.Outputs.Skip(1).Any(o => o.Length > 0)) continue;
            convolution.FusedPool = pool;
            convolution.Outputs = [pool.Outputs[0]];
            removed.Add(pool);
        }

        graph.Nodes.RemoveAll(removed.Contains);
    }
}
