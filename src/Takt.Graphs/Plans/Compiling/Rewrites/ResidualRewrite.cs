using Takt.Graphs.Plans.Operators;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>The sum at the end of a residual block is added by the block's last convolution while its result is still in the cache.</summary>
/// <remarks>If the sizes turn out to differ, the kernel stretches as Add does. The convolution moves to where the sum stood, where both sides are known.</remarks>
static class ResidualRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        foreach (var add in graph.Nodes.ToList())
        {
            if (add.Operator != "Add" || add.Inputs[0] == add.Inputs[1] || Array.Exists(add.Inputs, graph.Constants.ContainsKey)) continue;
            var convolution = add.Inputs.Select(v => LastConvolution(links, v)).Where(c => c is not null && ActivationRewrite.HasFloatWeights(graph, c)).MaxBy(c => graph.Nodes.IndexOf(c!));
            if (convolution is null) continue;
            string addend = add.Inputs[0] == convolution.Outputs[0] ? add.Inputs[1] : add.Inputs[0];
            convolution.Inputs = [.. convolution.Inputs, .. Enumerable.Repeat("", Conv.Addend - convolution.Inputs.Length), addend];
            convolution.Outputs = add.Outputs;
            graph.Nodes.Remove(convolution);
            graph.Nodes[graph.Nodes.IndexOf(add)] = convolution;
        }
    }

    static Node? LastConvolution(Links links, string value) =>
        links.MakerOf(value) is { Operator: "Conv", FusedActivation: null } maker && maker.Inputs.Length <= Conv.Addend && links.OnlyReaderOf(value) is not null ? maker : null;
}
