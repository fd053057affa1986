namespace Takt.Graphs.Plans.Compiling;

/// <summary>Exporters wrap a batch-first LSTM in transposes, because ONNX wants time first. The kernel can do either, so the transposes go.</summary>
/// <remarks>Transpose(1,0,2) → LSTM → Squeeze(1) → Transpose(1,0,2) becomes one LSTM from [batch, time, inputs] to [batch, time, hidden].</remarks>
static class LstmLayoutRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        var removed = new HashSet<Node>();
        foreach (var lstm in graph.Nodes)
        {
            if (lstm.Operator != "LSTM" || !IsUsual(graph, lstm) || lstm.Outputs.Skip(1).Any(o => links.UsesOf(o) > 0 && o.Length > 0)) continue;
            if (links.MakerOf(lstm.Inputs[0]) is not { } before || !SwapsTimeAndBatch(before)) continue;
            if (links.OnlyReaderOf(lstm.Outputs[0]) is not { Operator: "Squeeze" } squeeze || !DropsDirection(graph, squeeze)) continue;
            if (links.OnlyReaderOf(squeeze.Outputs[0]) is not { } after || !SwapsTimeAndBatch(after)) continue;
            lstm.BatchFirst = true;
            lstm.Inputs[0] = before.Inputs[0];
            lstm.Outputs = [after.Outputs[0]];
            removed.Add(squeeze);
            removed.Add(after);   // the one before stays if something else reads it, and is dropped as unused if not
        }

        graph.Nodes.RemoveAll(removed.Contains);
    }

    /// <summary>Whether it is of the form that the fast kernel computes: forward, constant weights, nothing rare.</summary>
    static bool IsUsual(Graph graph, Node lstm) =>
        lstm.Text("direction", "forward") == "forward" && lstm.Int("layout", 0) == 0 && lstm.Int("input_forget", 0) == 0 && !lstm.HasAttribute("clip") && !lstm.HasAttribute("activations")
        && !lstm.Has(4) && !lstm.Has(7) && Enumerable.Range(1, 3).All(i => !lstm.Has(i) || graph.Constants.TryGetValue(lstm.Inputs[i], out var weight) && weight.Type is ElementType.Float32);

    static bool SwapsTimeAndBatch(Node node) => node.Operator == "Transpose" && node.Ints("perm") is [1, 0, 2];

    static bool DropsDirection(Graph graph, Node squeeze) =>
        squeeze.Ints("axes") is [1]
        || (squeeze.Has(1) && graph.Constants.TryGetValue(squeeze.Inputs[1], out var axes) && axes is { Type: ElementType.Int64, Count: 1 } && axes.Read<long>()[0] == 1);
}
