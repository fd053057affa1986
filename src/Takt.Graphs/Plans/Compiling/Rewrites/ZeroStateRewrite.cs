namespace Takt.Graphs.Plans.Compiling;

/// <summary>A recurrent layer that starts from zeros needs no state to be made for it: exporters write one out of the batch's size.</summary>
static class ZeroStateRewrite
{
    public static void Run(Graph graph)
    {
        var links = new Links(graph);
        foreach (var layer in graph.Nodes)
            if (layer.Operator is "LSTM" or "GRU" or "RNN")
                for (int input = 5; input <= 6; input++)
                    if (layer.Has(input) && IsZero(graph, links, layer.Inputs[input])) layer.Inputs[input] = "";
    }

    static bool IsZero(Graph graph, Links links, string value)
    {
        if (graph.Constants.TryGetValue(value, out var constant)) return constant.Type == ElementType.Float32 && constant.Read<float>().IndexOfAnyExcept(0) < 0;
        return links.MakerOf(value) switch
        {
            { Operator: "ConstantOfShape" } maker => maker.Tensor("value") is not { } filling || (filling.Type == ElementType.Float32 && filling.Read<float>().IndexOfAnyExcept(0) < 0),
            { Operator: "Slice" or "Expand" or "Identity" or "Reshape" or "Squeeze" or "Unsqueeze" or "Transpose" } same => IsZero(graph, links, same.Inputs[0]),
            _ => false,
        };
    }
}
