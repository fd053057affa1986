namespace Takt.Graphs.Plans.Compiling;

/// <summary>Layers between DequantizeLinear and QuantizeLinear become layers in whole numbers: Conv a QLinearConv, Gemm and MatMul a QGemm, which also gives real numbers where nothing quantises them again.</summary>
/// <remarks>
/// Sums are exact where they were rounded before, so a result may differ by one quantum. A Relu before QuantizeLinear is only a higher lower end.
/// What does not fit (weights that change, several scales of the input, biases beyond 32 bits) stays as it is and computes in single precision.
/// </remarks>
static class QuantisedRewrite
{
    /// <summary>Whether the rewrite looks at such nodes, so that they must not be folded before.</summary>
    public static bool Reads(Node node) => node.Operator == "DequantizeLinear";

    public static void Run(Graph graph)
    {
        if (!graph.Nodes.Exists(Reads)) return;
        var links = new Links(graph);
        foreach (var layer in graph.Nodes.ToList())
            if (layer.Operator is "Conv" or "Gemm" or "MatMul") Fuse(graph, links, layer);
    }

    static void Fuse(Graph graph, Links links, Node layer)
    {
        bool isConvolution = layer.Operator == "Conv", isTransposed = layer.Operator == "Gemm" && layer.Int("transB", 0) != 0;
        if (layer.Operator == "Gemm" && (layer.Int("transA", 0) != 0 || layer.Float("alpha", 1) != 1 || layer.Float("beta", 1) != 1)) return;
        if (Dequantised(graph, links, layer.Inputs[0]) is not { } x || Scale(graph, x) is not { Count: 1 } xScale || ZeroOf(graph, x) is not { Count: 1 }) return;
        if (Dequantised(graph, links, layer.Inputs[1]) is not { } w || Scale(graph, w) is not { } wScale || !graph.Constants.TryGetValue(w.Inputs[0], out var weights)) return;
        if (!IsByte(weights) || (isConvolution ? weights.Rank is not (3 or 4) : weights.Rank != 2) || (w.Has(2) && ZeroOf(graph, w) is null)) return;
        int axis = isConvolution || isTransposed ? 0 : 1, outputs = weights.Sizes[axis];
        if (wScale.Count != 1 && (wScale.Count != outputs || (w.Int("axis", 1) is var along && (along < 0 ? along + weights.Rank : along) != axis))) return;

        var (parts, bias) = (new List<Node> { layer }, layer.Has(2) ? layer.Inputs[2] : "");
        if (layer.Operator == "MatMul" && links.OnlyReaderOf(layer.Outputs[0]) is { Operator: "Add" } add)
        {
            bias = add.Inputs[0] == layer.Outputs[0] ? add.Inputs[1] : add.Inputs[0];
            parts.Add(add);
        }

        int[]? units = bias.Length > 0 ? Units(graph, links, bias, outputs, xScale.Read<float>()[0], wScale) : [];
        if (units is null && parts.Count > 1)   // not a bias but some other sum
        {
            parts.RemoveAt(1);
            units = [];
        }

        if (units is null) return;
        var relu = links.OnlyReaderOf(parts[^1].Outputs[0]) is { Operator: "Relu" } rectified ? rectified : null;
        if (relu is not null) parts.Add(relu);
        var quantise = links.OnlyReaderOf(parts[^1].Outputs[0]) is { Operator: "QuantizeLinear" } q && Scale(graph, q) is { Count: 1 } && ZeroOf(graph, q) is { Count: 1 } ? q : null;
        if (quantise is not null) parts.Add(quantise);
        else if (isConvolution) return;

        Replace(graph, parts, Make(graph, layer, x, w, units, relu, quantise, parts[^1].Outputs));
    }

    static Node Make(Graph graph, Node layer, Node x, Node w, int[] units, Node? relu, Node? quantise, string[] outputs)
    {
        string name = outputs[0], wZero = w.Has(2) ? w.Inputs[2] : $"{name}:zero";
        if (!w.Has(2)) graph.Constants[wZero] = graph.Constants[w.Inputs[0]].Type == ElementType.Int8 ? Value.Of<sbyte>([0]) : Value.Of<byte>([0]);
        if (units.Length > 0) graph.Constants[$"{name}:bias"] = Value.Of<int>(units, units.Length);
        string[] left = [x.Inputs[0], x.Inputs[1], x.Inputs[2], w.Inputs[0], w.Inputs[1], wZero], right = quantise is null ? ["", ""] : [quantise.Inputs[1], quantise.Inputs[2]];
        string added = units.Length > 0 ? $"{name}:bias" : "";
        var made = layer.Operator == "Conv"
            ? new Node("QLinearConv", layer.Name, [.. left, .. right, added], outputs, layer.Opset)
            : new Node("QGemm", layer.Name, [.. left, added, .. right], outputs, layer.Opset, "com.microsoft");
        made.AddAttributesOf(layer);
        made.FusedActivation = relu;
        return made;
    }

    /// <summary>The new node stands where the last of the old ones stood: by then everything it reads is there.</summary>
    static void Replace(Graph graph, List<Node> parts, Node made)
    {
        graph.Nodes[graph.Nodes.IndexOf(parts[^1])] = made;
        foreach (var part in parts) graph.Nodes.Remove(part);
    }

    /// <summary>The DequantizeLinear of bytes that makes a value.</summary>
    static Node? Dequantised(Graph graph, Links links, string value) =>
        links.MakerOf(value) is { } maker && Reads(maker) && maker.Int("block_size", 0) == 0 && maker.Type("output_dtype", ElementType.Float32) == ElementType.Float32
        && Scale(graph, maker) is { Type: ElementType.Float32 } ? maker : null;

    static Value? Scale(Graph graph, Node node) => graph.Constants.TryGetValue(node.Inputs[1], out var scale) && scale.Type == ElementType.Float32 ? scale : null;

    /// <summary>Zero points of bytes, if they are constant.</summary>
    static Value? ZeroOf(Graph graph, Node node) => node.Has(2) && graph.Constants.TryGetValue(node.Inputs[2], out var zero) && IsByte(zero) ? zero : null;

    static bool IsByte(Value value) => value.Type is ElementType.Int8 or ElementType.UInt8;

    /// <summary>A constant bias in units of the sums; null if it is none, or does not fit.</summary>
    static int[]? Units(Graph graph, Links links, string name, int outputs, float xScale, Value wScale)
    {
        double[] bias = new double[outputs];
        if (graph.Constants.TryGetValue(name, out var stored))
        {
            if (stored.Type != ElementType.Float32 || stored.Count != outputs) return null;
            for (int i = 0; i < outputs; i++) bias[i] = stored.Read<float>()[i];
        }
        else
        {
            if (Dequantised(graph, links, name) is not { } maker || !graph.Constants.TryGetValue(maker.Inputs[0], out var q) || q.Type != ElementType.Int32 || q.Count != outputs || maker.Has(2)) return null;
            var scale = Scale(graph, maker)!;
            if (scale.Count != 1 && scale.Count != outputs) return null;
            for (int i = 0; i < outputs; i++) bias[i] = q.Read<int>()[i] * (double)scale.Read<float>()[scale.Count == 1 ? 0 : i];
        }

        int[] units = new int[outputs];
        for (int i = 0; i < outputs; i++)
        {
            double exact = Math.Round(bias[i] / ((double)xScale * wScale.Read<float>()[wScale.Count == 1 ? 0 : i]));
            if (!(Math.Abs(exact) < 1 << 30)) return null;   // with room for the sums
            units[i] = (int)exact;
        }

        return units;
    }
}
