namespace Takt.Graphs.Tracing;

/// <summary>
/// Gelu is an operator from set 20 on only; here it is spelled out: x · ½ · (1 + erf(x / √2)), or with <c>approximate = tanh</c> x · ½ · (1 + tanh(√(2/π) · (x + 0.044715 x³))).
/// Plans make the first one step again.
/// </summary>
static class GeluMapping
{
    public static string Write(Step step)
    {
        var graph = step.Builder;
        string x = step.Input(0);
        string squashed = step.Record.Attributes.Any(a => a is { Name: "approximate", Value: "tanh" }) ? Tanh(step, x) : Erf(step, x);
        string product = graph.Node("Mul", [x, graph.Node("Add", [squashed, graph.Number("one", 1)])]);
        return graph.Node("Mul", [product, graph.Number("half", 0.5f)], step.WishedName);
    }

    static string Erf(Step step, string x) =>
        step.Builder.Node("Erf", [step.Builder.Node("Div", [x, step.Builder.Number("sqrt_2", MathF.Sqrt(2))])]);

    static string Tanh(Step step, string x)
    {
        var graph = step.Builder;
        string cube = graph.Node("Mul", [graph.Node("Mul", [x, x]), x]);
        string bent = graph.Node("Add", [x, graph.Node("Mul", [cube, graph.Number("gelu_cube", 0.044715f)])]);
        return graph.Node("Tanh", [graph.Node("Mul", [bent, graph.Number("sqrt_2_over_pi", MathF.Sqrt(2 / MathF.PI))])]);
    }
}
