using Takt.Tensors;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>A constant for each output that is added right after a convolution is its bias: older exporters write it as an Add of [outputs, 1, 1].</summary>
/// <remarks>Sums then begin with it instead of ending with it, so results agree to a few units in the last place.</remarks>
static class ConvolutionBiasRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        var removed = new HashSet<Node>();
        foreach (var convolution in graph.Nodes)
        {
            if (convolution.Operator != "Conv" || links.OnlyReaderOf(convolution.Outputs[0]) is not { Operator: "Add" } add) continue;
            string addend = add.Inputs[0] == convolution.Outputs[0] ? add.Inputs[1] : add.Inputs[0];
            if (Floats(graph, convolution.Inputs[1]) is not { Rank: > 2 } weight || Floats(graph, addend) is not { } shift || !IsPerOutput(shift, weight)) continue;
            float[] bias = new float[weight.Sizes[0]];
            if (convolution.Has(2))
            {
                if (Floats(graph, convolution.Inputs[2]) is not { } there || there.Count != bias.Length) continue;
                there.Read<float>().CopyTo(bias);
            }

            for (int o = 0; o < bias.Length; o++) bias[o] += shift.Read<float>()[shift.Count == 1 ? 0 : o];
            string name = $"{add.Outputs[0]}:bias";
            graph.Constants[name] = Value.Of<float>(bias, bias.Length);
            convolution.Inputs = [convolution.Inputs[0], convolution.Inputs[1], name];
            convolution.Outputs = add.Outputs;
            removed.Add(add);
        }

        graph.Nodes.RemoveAll(removed.Contains);
    }

    /// <summary>Whether broadcasting gives every output a number of its own, or all the same one, and no axis more.</summary>
    static bool IsPerOutput(Value shift, Value weight)
    {
        int channel = shift.Rank - (weight.Rank - 1);
        for (int axis = 0; axis < shift.Rank; axis++)
            if (shift.Sizes[axis] != 1 && (axis != channel || shift.Sizes[axis] != weight.Sizes[0])) return false;
        return shift.Rank <= weight.Rank;
    }

    static Value? Floats(Graph graph, string name) => graph.Constants.TryGetValue(name, out var value) && value.Type == ElementType.Float32 ? value : null;
}
