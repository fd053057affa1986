using Takt.Graphs.Onnx;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Before operator set 20, exporters write GELU out: ½·x·(1 + erf(x/√2)), or ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³))), the factors in any order. This makes it one Gelu again.</summary>
static class GeluRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        for (int i = 0; i < graph.Nodes.Count; i++)
            if (graph.Nodes[i] is { Operator: "Mul" } last && Match(graph, links, last) is var (x, isTanh))
            {
                var gelu = new Node("Gelu", last.Name, [x], last.Outputs, last.Opset);
                if (isTanh) gelu.Add(new AttributeProto { Name = "approximate", S = Google.Protobuf.ByteString.CopyFromUtf8("tanh") });
                graph.Nodes[i] = gelu;   // what made its factors is dropped if nothing else reads it
            }
    }

    static (string X, bool IsTanh)? Match(Graph graph, Links links, Node last)
    {
        var product = Factors.Of(graph, links, last.Outputs[0]);
        if (!product.Has(0.5) || product.Values.Count != 2) return null;
        for (int i = 0; i < 2; i++)
        {
            string x = product.Values[i];
            if (links.MakerOf(product.Values[1 - i]) is not { Operator: "Add" } plusOne) continue;
            string bent = graph.ScalarOf(plusOne.Inputs[0]) == 1 ? plusOne.Inputs[1] : graph.ScalarOf(plusOne.Inputs[1]) == 1 ? plusOne.Inputs[0] : "";
            switch (links.MakerOf(bent))
            {
                case { Operator: "Erf" } erf when Factors.Of(graph, links, erf.Inputs[0]) is var inner && inner.Has(1 / Math.Sqrt(2)) && inner.Are(x): return (x, false);
                case { Operator: "Tanh" } tanh when IsCubic(graph, links, tanh.Inputs[0], x): return (x, true);
            }
        }

        return null;
    }

    /// <summary>√(2/π)·(x + 0.044715·x³).</summary>
    static bool IsCubic(Graph graph, Links links, string value, string x)
    {
        var outer = Factors.Of(graph, links, value);
        if (!outer.Has(Math.Sqrt(2 / Math.PI)) || outer.Values is not [var sum] || links.MakerOf(sum) is not { Operator: "Add" } add) return false;
        string cube = add.Inputs[0] == x ? add.Inputs[1] : add.Inputs[1] == x ? add.Inputs[0] : "";
        return cube.Length > 0 && Factors.Of(graph, links, cube) is var inner && inner.Has(0.044715) && inner.Are(x, x, x);
    }
}
