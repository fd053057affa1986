using Takt.Graphs.Onnx;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Exporters wrap a batch-first LSTM in transposes, because ONNX wants time first. The kernel can do either, so the transpose before it moves behind it, where it meets the one that turns things back.</summary>
/// <remarks>Transpose(1,0,2) → LSTM → Squeeze(1) becomes LSTM from [batch, time, inputs] to [batch, time, hidden] → Transpose(1,0,2); through a stack of layers the transpose moves on to its end.</remarks>
static class LstmLayoutRewrite
{
    public static void Run(Graph graph)
    {
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            var lstm = graph.Nodes[i];
            if (lstm.Operator != "LSTM" || lstm.BatchFirst || !IsUsual(graph, lstm)) continue;
            var links = new Links(graph);
            if (lstm.Outputs.Skip(1).Any(o => o.Length > 0 && links.UsesOf(o) > 0)) continue;
            if (links.MakerOf(lstm.Inputs[0]) is not { } before || !SwapsTimeAndBatch(before)) continue;
            if (links.OnlyReaderOf(lstm.Outputs[0]) is not { Operator: "Squeeze" } squeeze || !DropsDirection(graph, squeeze)) continue;
            var after = new Node("Transpose", squeeze.Name, [lstm.Outputs[0]], squeeze.Outputs, squeeze.Opset);
            after.Add(new AttributeProto { Name = "perm", Ints = { 1, 0, 2 } });
            graph.Nodes[graph.Nodes.IndexOf(squeeze)] = after;
            (lstm.BatchFirst, lstm.Inputs[0]) = (true, before.Inputs[0]);
        }
    }

    /// <summary>Whether it is of the form that the fast kernel computes: forward, constant weights, nothing rare.</summary>
    static bool IsUsual(Graph graph, Node lstm) =>
        lstm.Text("direction", "forward") == "forward" && lstm.Int("layout", 0) == 0 && lstm.Int("input_forget", 0) == 0 && !lstm.HasAttribute("clip") && !lstm.HasAttribute("activations")
        && !lstm.Has(4) && !lstm.Has(7) && Enumerable.Range(1, 3).All(i => !lstm.Has(i) || (graph.Constants.TryGetValue(lstm.Inputs[i], out var weight) && weight.Type == ElementType.Float32));

    static bool SwapsTimeAndBatch(Node node) => node.Operator == "Transpose" && node.Ints("perm") is [1, 0, 2];

    static bool DropsDirection(Graph graph, Node squeeze) =>
        squeeze.Ints("axes") is [1]
        || (squeeze.Has(1) && graph.Constants.TryGetValue(squeeze.Inputs[1], out var axes) && axes is { Type: ElementType.Int64, Count: 1 } && axes.Read<long>()[0] == 1);
}
