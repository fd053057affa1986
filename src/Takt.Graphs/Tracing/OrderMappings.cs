namespace Takt.Graphs.Tracing;

/// <summary>Operators along an axis whose numbers are inputs in ONNX: running sums, the largest few, steps backward.</summary>
static class OrderMappings
{
    public static string CumSum(Step step) =>
        step.Builder.Node("CumSum", [step.Input(0), step.Builder.Integers("axis", [(long)step.Attribute("axis")], scalar: true)], step.WishedName);

    /// <summary>What the tape notes of TopK are the places; the values are gathered by them.</summary>
    public static string TopK(Step step) => step.Builder.Nodes(
        "TopK", [step.Input(0), step.Builder.Integers("count", [(long)step.Attribute("k")])], [null, step.WishedName],
        ("axis", step.Attribute("axis")), ("largest", step.Attribute("largest")), ("sorted", 1L))[1];
}
