namespace Takt.Graphs.Tracing;

/// <summary>RMSNormalization is an operator from set 23 on only; here it is spelled out: x / √(mean x² + ε) · weight.</summary>
static class RmsNormMapping
{
    public static string Write(Step step)
    {
        var graph = step.Builder;
        string x = step.Input(0);
        string mean = graph.Node("ReduceMean", [graph.Node("Mul", [x, x])], null, ("axes", (long[])[-1]), ("keepdims", 1L));
        string root = graph.Node("Sqrt", [graph.Node("Add", [mean, graph.Number("epsilon", (float)step.Attribute("epsilon"))])]);
        return graph.Node("Mul", [graph.Node("Div", [x, root]), step.Input(1)], step.WishedName);
    }
}
