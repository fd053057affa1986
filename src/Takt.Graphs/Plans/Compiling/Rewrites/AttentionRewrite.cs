using Takt.Graphs.Onnx;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>softmax(scale·Q·Kᵀ)·V as exporters write it, scale wherever they put it, becomes one Attention. Where heads were brought to the front by transposes, it reads them where they lay before.</summary>
static class AttentionRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        for (int i = 0; i < graph.Nodes.Count; i++)
            if (graph.Nodes[i].Operator == "MatMul" && Match(graph, links, graph.Nodes[i]) is { } found)
            {
                i += Replace(graph, i, found);
                links = new Links(graph);
            }
    }

    /// <summary>Where the parts come from.</summary>
    /// <param name="Inputs">Q, K and V.</param>
    /// <param name="Layout">How they lie.</param>
    /// <param name="Scale">Factor of the scores.</param>
    sealed record Found(string[] Inputs, HeadLayout Layout, float Scale);

    static Found? Match(Graph graph, Links links, Node last)
    {
        if (last.Inputs.Length != 2 || links.MakerOf(last.Inputs[0]) is not { Operator: "Softmax" } softmax) return null;
        double scale = 1;
        if (links.MakerOf(Unscaled(graph, links, softmax.Inputs[0], ref scale)) is not { Operator: "MatMul", Inputs.Length: 2 } scores) return null;
        string q = Unscaled(graph, links, scores.Inputs[0], ref scale);
        if (links.MakerOf(Unscaled(graph, links, scores.Inputs[1], ref scale)) is not { Operator: "Transpose" } turned || turned.Ints("perm") is not { Length: 3 or 4 } order) return null;
        long axis = softmax.Int("axis", softmax.Opset >= 13 ? -1 : 1);
        if ((axis != -1 && axis != order.Length - 1) || !(scale > 0) || !graph.IsFloat(q, last.Inputs[1], turned.Inputs[0])) return null;

        string k = turned.Inputs[0], v = last.Inputs[1];
        if (order is [1, 2, 0] && Before(links, q, 1, 0, 2) is { } stepsQ && Before(links, v, 1, 0, 2) is { } stepsV) return new([stepsQ, k, stepsV], HeadLayout.StepsFirst, (float)scale);
        if (order is [0, 2, 3, 1] && Before(links, q, 0, 2, 1, 3) is { } insideQ && Before(links, v, 0, 2, 1, 3) is { } insideV) return new([insideQ, k, insideV], HeadLayout.Inside, (float)scale);
        return order is [0, 2, 1] or [0, 1, 3, 2] ? new([q, k, v], order.Length == 3 ? HeadLayout.Alone : HeadLayout.Outside, (float)scale) : null;
    }

    /// <summary>Puts the attention where its last product stood; the transposes that brought heads to the front are undone behind it, where another usually waits.</summary>
    /// <returns>How many nodes were put in.</returns>
    static int Replace(Graph graph, int at, Found found)
    {
        var last = graph.Nodes[at];
        string made = found.Layout is HeadLayout.StepsFirst or HeadLayout.Inside ? $"{last.Outputs[0]}:heads" : last.Outputs[0];
        var attention = new Node("Attention", last.Name, found.Inputs, [made], last.Opset) { Heads = found.Layout };
        attention.Add(new AttributeProto { Name = "scale", F = found.Scale });
        graph.Nodes[at] = attention;
        if (made == last.Outputs[0]) return 0;
        var front = new Node("Transpose", $"{last.Name}:front", [made], last.Outputs, last.Opset);
        front.Add(found.Layout == HeadLayout.StepsFirst ? new AttributeProto { Name = "perm", Ints = { 1, 0, 2 } } : new AttributeProto { Name = "perm", Ints = { 0, 2, 1, 3 } });
        graph.Nodes.Insert(at + 1, front);
        return 1;
    }

    /// <summary>The value that is multiplied by a number, and the number into the scale.</summary>
    static string Unscaled(Graph graph, Links links, string value, ref double scale)
    {
        while (links.MakerOf(value) is { Operator: "Mul" or "Div" } node)
        {
            if (graph.ScalarOf(node.Inputs[1]) is { } second) scale = node.Operator == "Mul" ? scale * second : scale / second;
            else if (node.Operator == "Mul" && graph.ScalarOf(node.Inputs[0]) is { } first) scale *= first;
            else return value;
            value = graph.ScalarOf(node.Inputs[1]) is null ? node.Inputs[1] : node.Inputs[0];
        }

        return value;
    }

    static string? Before(Links links, string value, params ReadOnlySpan<long> order) =>
        links.MakerOf(value) is { Operator: "Transpose" } transpose && transpose.Ints("perm") is { } perm && order.SequenceEqual(perm) ? transpose.Inputs[0] : null;
}

/// <summary>How the heads of an attention lie that a rewrite found.</summary>
enum HeadLayout
{
    /// <summary>As the Attention operator says.</summary>
    Standard,

    /// <summary>[batch, heads, steps, width].</summary>
    Outside,

    /// <summary>[batch, steps, heads, width].</summary>
    Inside,

    /// <summary>[heads of all sequences, steps, width].</summary>
    Alone,

    /// <summary>[steps, heads of all sequences, width].</summary>
    StepsFirst,
}
