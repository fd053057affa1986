using Takt.Graphs.Onnx;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Before operator sets 17 and 23, exporters write layer and root-mean-square norms out; this makes them one LayerNormalization or RMSNormalization again.</summary>
/// <remarks>(x − mean x)/√(mean (x − mean x)² + ε)·scale + shift, or x/√(mean x² + ε)·scale, means over the last axis, scale and shift constant rows.</remarks>
static class NormRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)   // from the end, so that the shift is found before its scale
            if (Match(graph, links, graph.Nodes[i]) is { } norm) graph.Nodes[i] = norm;
    }

    static Node? Match(Graph graph, Links links, Node last)
    {
        string shift = "", scaled = last.Outputs[0];
        if (last.Operator == "Add")
        {
            shift = RowOf(graph, last);
            if (shift.Length == 0) return null;
            scaled = Other(last, shift);
        }

        if (links.MakerOf(scaled) is not { Operator: "Mul" } times || RowOf(graph, times) is not { Length: > 0 } scale) return null;
        if (graph.Constants[scale].Count < 2 || (shift.Length > 0 && graph.Constants[shift].Count != graph.Constants[scale].Count)) return null;
        if (Normalised(graph, links, Other(times, scale)) is not var (x, epsilon, isCentred) || (shift.Length > 0 && !isCentred)) return null;
        string[] inputs = shift.Length > 0 ? [x, scale, shift] : [x, scale];
        var norm = new Node(isCentred ? "LayerNormalization" : "RMSNormalization", last.Name, inputs, last.Outputs, last.Opset);
        norm.Add(new AttributeProto { Name = "axis", I = -1 });
        norm.Add(new AttributeProto { Name = "epsilon", F = epsilon });
        return norm;
    }

    /// <summary>What is normalised, and how.</summary>
    static (string X, float Epsilon, bool IsCentred)? Normalised(Graph graph, Links links, string value)
    {
        if (Quotient(graph, links, value) is not var (over, mean, epsilon) || SquareUnder(graph, links, mean) is not { } squared || squared != over) return null;
        if (links.MakerOf(over) is { Operator: "Sub" } centred && MeanOf(graph, links, centred.Inputs[1]) == centred.Inputs[0]) return (centred.Inputs[0], epsilon, true);
        return (over, epsilon, false);
    }

    /// <summary>a / √(m + ε), or a · 1/√(m + ε), or a · (m + ε)^−½.</summary>
    static (string Over, string Mean, float Epsilon)? Quotient(Graph graph, Links links, string value)
    {
        if (links.MakerOf(value) is not { Operator: "Div" or "Mul" } node) return null;
        for (int i = 1; i >= (node.Operator == "Div" ? 1 : 0); i--)
        {
            var root = links.MakerOf(node.Inputs[i]);
            if (node.Operator == "Mul")
            {
                if (root is { Operator: "Reciprocal" }) root = links.MakerOf(root.Inputs[0]);
                else if (root is { Operator: "Div" } && graph.ScalarOf(root.Inputs[0]) == 1) root = links.MakerOf(root.Inputs[1]);
                else if (root is not { Operator: "Pow" } || graph.ScalarOf(root.Inputs[1]) != -0.5f) continue;
            }

            bool isRoot = root is { Operator: "Sqrt" } || (root is { Operator: "Pow" } && graph.ScalarOf(root.Inputs[1]) == (node.Operator == "Mul" && links.MakerOf(node.Inputs[i]) == root ? -0.5f : 0.5f));
            if (!isRoot || links.MakerOf(root!.Inputs[0]) is not { Operator: "Add" } sum) continue;
            for (int j = 0; j < 2; j++)
                if (graph.ScalarOf(sum.Inputs[j]) is > 0 and var epsilon) return (node.Inputs[1 - i], sum.Inputs[1 - j], epsilon);
        }

        return null;
    }

    /// <summary>a, if the value is the mean of a².</summary>
    static string? SquareUnder(Graph graph, Links links, string value) =>
        MeanOf(graph, links, value) is not { } square ? null : links.MakerOf(square) switch
        {
            { Operator: "Mul" } product when product.Inputs[0] == product.Inputs[1] => product.Inputs[0],
            { Operator: "Pow" } power when graph.ScalarOf(power.Inputs[1]) == 2 => power.Inputs[0],
            _ => null,
        };

    /// <summary>a, if the value is its mean over the last axis, kept as an axis of size 1.</summary>
    static string? MeanOf(Graph graph, Links links, string value)
    {
        if (links.MakerOf(value) is not { Operator: "ReduceMean" } mean || mean.Int("keepdims", 1) == 0) return null;
        bool isLast = mean.Ints("axes") is [-1] || (mean.Has(1) && graph.Constants.TryGetValue(mean.Inputs[1], out var axes) && axes is { Type: ElementType.Int64, Count: 1 } && axes.Read<long>()[0] == -1);
        return isLast ? mean.Inputs[0] : null;
    }

    static string RowOf(Graph graph, Node node) =>
        Array.Find(node.Inputs, i => graph.Constants.TryGetValue(i, out var row) && row is { Rank: 1, Type: ElementType.Float32 }) ?? "";

    static string Other(Node node, string input) => node.Inputs[0] == input ? node.Inputs[1] : node.Inputs[0];
}
