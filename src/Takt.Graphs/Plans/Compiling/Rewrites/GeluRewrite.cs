namespace Takt.Graphs.Plans.Compiling;

/// <summary>Before operator set 20, exporters write GELU as x · (erf(x / √2) + 1) · ½ in any order of the products; this makes it one Gelu again.</summary>
static class GeluRewrite
{
    const float Tolerance = 1e-6f;

    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        var replaced = new Dictionary<Node, Node>();
        var removed = new HashSet<Node>();
        foreach (var erf in graph.Nodes)
            if (erf.Operator == "Erf" && Match(graph, links, erf) is var (x, parts, last))
            {
                replaced[last] = new Node("Gelu", last.Name, [x], last.Outputs, erf.Opset);
                removed.UnionWith(parts);
            }

        for (int i = 0; i < graph.Nodes.Count; i++)
            if (replaced.TryGetValue(graph.Nodes[i], out var gelu)) graph.Nodes[i] = gelu;
        graph.Nodes.RemoveAll(removed.Contains);
    }

    /// <summary>x → scale → erf → +1, and then the product of that, x and ½ in any order.</summary>
    static (string X, List<Node> Parts, Node Last)? Match(Graph graph, Links links, Node erf)
    {
        if (links.MakerOf(erf.Inputs[0]) is not { } scale || links.OnlyReaderOf(erf.Inputs[0]) != erf) return null;
        bool scaled = scale.Operator switch
        {
            "Div" => IsScalar(graph, scale.Inputs[1], MathF.Sqrt(2)),
            "Mul" => IsScalar(graph, scale.Inputs[1], 1 / MathF.Sqrt(2)),
            _ => false,
        };
        if (!scaled || links.OnlyReaderOf(erf.Outputs[0]) is not { Operator: "Add" } plusOne) return null;
        if (!IsScalar(graph, Other(plusOne, erf.Outputs[0]), 1)) return null;

        string x = scale.Inputs[0];
        var parts = new List<Node> { scale, erf, plusOne };
        string product = plusOne.Outputs[0];
        bool timesX = false, halved = false;
        for (int i = 0; i < 2; i++)
        {
            if (links.OnlyReaderOf(product) is not { Operator: "Mul" } times) return null;
            string factor = Other(times, product);
            if (factor == x) timesX = true;
            else if (IsScalar(graph, factor, 0.5f)) halved = true;
            else if (HalfOf(graph, links, factor, x) is { } half)
            {
                parts.Add(half);
                timesX = halved = true;
            }

            parts.Add(times);
            product = times.Outputs[0];
            if (timesX && halved) break;
        }

        if (!timesX || !halved) return null;
        var last = parts[^1];
        parts.Remove(last);
        return (x, parts, last);
    }

    /// <summary>The node that computes x · ½, if the factor is that and nothing else reads it.</summary>
    static Node? HalfOf(Graph graph, Links links, string factor, string x) =>
        links.MakerOf(factor) is { Operator: "Mul" } half && links.OnlyReaderOf(factor) is not null
        && half.Inputs.Contains(x) && IsScalar(graph, Other(half, x), 0.5f) ? half : null;

    static string Other(Node node, string input) => node.Inputs[0] == input ? node.Inputs[1] : node.Inputs[0];

    static bool IsScalar(Graph graph, string name, float expected) =>
        graph.Constants.TryGetValue(name, out var value) && value is { Type: ElementType.Float32, Count: 1 }
        && MathF.Abs(value.Read<float>()[0] - expected) <= Tolerance;
}
