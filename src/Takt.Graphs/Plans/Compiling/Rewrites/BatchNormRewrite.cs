namespace Takt.Graphs.Plans.Compiling;

/// <summary>A batch normalisation right after a convolution is a factor and a shift for each of its outputs: the weights take them in, and the normalisation goes.</summary>
/// <remarks>(w ∗ x + b − mean) · f + shift = (f·w) ∗ x + (b − mean) · f + shift, with f = scale / √(variance + ε). The products round elsewhere, so results agree to a few units in the last place.</remarks>
static class BatchNormRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        var removed = new HashSet<Node>();
        foreach (var convolution in graph.Nodes)
        {
            if (convolution.Operator is not ("Conv" or "ConvTranspose") || links.OnlyReaderOf(convolution.Outputs[0]) is not { Operator: "BatchNormalization" } norm) continue;
            if (norm.Inputs[0] != convolution.Outputs[0] || norm.Int("training_mode", 0) != 0 || Factors(graph, norm) is not { } factors) continue;
            if (Floats(graph, convolution.Inputs[1]) is not { Rank: > 2 } weight || (convolution.Has(2) && Floats(graph, convolution.Inputs[2]) is null)) continue;
            int outputs = convolution.Operator == "Conv" ? weight.Sizes[0] : weight.Sizes[1] * (int)Math.Clamp(convolution.Int("group", 1), 1, 1 << 20);
            if (outputs != factors.Length || OutputOf(convolution, weight) is not { } outputOf || (convolution.Has(2) && graph.Constants[convolution.Inputs[2]].Count != factors.Length)) continue;

            Fold(graph, convolution, norm, weight, factors, outputOf);
            removed.Add(norm);
        }

        graph.Nodes.RemoveAll(removed.Contains);
    }

    /// <summary>Which output each kernel (one input to one output) of the weights makes; null if the sizes do not fit together.</summary>
    static Func<int, int>? OutputOf(Node convolution, Value weight)
    {
        int across = weight.Sizes[1], groups = (int)Math.Clamp(convolution.Int("group", 1), 1, int.MaxValue);
        if (convolution.Operator == "Conv") return kernel => kernel / across;
        int together = weight.Sizes[0] / groups;
        return together > 0 && weight.Sizes[0] % groups == 0 ? kernel => (kernel / across / together * across) + (kernel % across) : null;
    }

    static void Fold(Graph graph, Node convolution, Node norm, Value weight, float[] factors, Func<int, int> outputOf)
    {
        float[] folded = weight.Read<float>().ToArray();
        int taps = folded.Length == 0 ? 1 : folded.Length / (weight.Sizes[0] * weight.Sizes[1]);
        for (int i = 0; i < folded.Length; i++) folded[i] *= factors[outputOf(i / taps)];

        float[] shift = [.. graph.Constants[norm.Inputs[2]].Read<float>()], mean = [.. graph.Constants[norm.Inputs[3]].Read<float>()];
        float[] bias = convolution.Has(2) ? [.. graph.Constants[convolution.Inputs[2]].Read<float>()] : new float[factors.Length];
        for (int o = 0; o < bias.Length; o++) bias[o] = ((bias[o] - mean[o]) * factors[o]) + shift[o];

        string name = norm.Outputs[0];
        graph.Constants[$"{name}:weight"] = Value.Of<float>(folded, weight.Sizes);
        graph.Constants[$"{name}:bias"] = Value.Of<float>(bias, bias.Length);
        convolution.Inputs = [convolution.Inputs[0], $"{name}:weight", $"{name}:bias"];
        convolution.Outputs = [name];
    }

    /// <summary>f of every channel, if all four statistics are constants of one length.</summary>
    static float[]? Factors(Graph graph, Node norm)
    {
        for (int i = 1; i <= 4; i++)
            if (Floats(graph, norm.Inputs[i]) is not { Rank: 1 } value || value.Count != graph.Constants[norm.Inputs[1]].Count) return null;
        float epsilon = norm.Float("epsilon", 1e-5f);
        float[] factors = [.. graph.Constants[norm.Inputs[1]].Read<float>()];
        var variance = graph.Constants[norm.Inputs[4]].Read<float>();
        for (int o = 0; o < factors.Length; o++) factors[o] /= MathF.Sqrt(variance[o] + epsilon);
        return factors;
    }

    static Value? Floats(Graph graph, string name) => graph.Constants.TryGetValue(name, out var value) && value.Type == ElementType.Float32 ? value : null;
}
