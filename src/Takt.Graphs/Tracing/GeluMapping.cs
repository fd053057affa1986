namespace Takt.Graphs.Tracing;

/// <summary>Gelu is an operator from set 20 on only; here it is spelled out: x · ½ · (1 + erf(x / √2)). Plans make it one step again.</summary>
static class GeluMapping
{
    public static string Write(Step step)
    {
        var graph = step.Builder;
        string x = step.Input(0);
        string scaled = graph.Node("Div", [x, graph.Weights("sqrt_2", [MathF.Sqrt(2)])]);
        string plusOne = graph.Node("Add", [graph.Node("Erf", [scaled]), graph.Weights("one", [1])]);
        string product = graph.Node("Mul", [x, plusOne]);
        return graph.Node("Mul", [product, graph.Weights("half", [0.5f])], step.WishedName);
    }
}
