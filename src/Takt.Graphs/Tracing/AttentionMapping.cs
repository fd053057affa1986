namespace Takt.Graphs.Tracing;

/// <summary>
/// Attention is an operator from set 23 on only; here it is spelled out: softmax(scale · q·kᵀ)·v in every head, heads on an axis of their own.
/// What a mask hides weighs nothing, also where it hides everything.
/// </summary>
static class AttentionMapping
{
    /// <summary>A score so low that nothing of it is left after the softmax; −∞ would make "not a number" of a row that is hidden altogether.</summary>
    const float Hidden = float.MinValue;

    public static string Write(Step step)
    {
        var graph = step.Builder;
        bool inside = step.Record.Inputs[0].Shape.Rank == 3;
        long heads = (long)step.Attribute("q_num_heads");
        string q = inside ? Apart(step, 0, heads, 0, 2, 1, 3) : step.Input(0);
        string k = inside ? Apart(step, 1, heads, 0, 2, 3, 1) : graph.Node("Transpose", [step.Input(1)], null, ("perm", (long[])[0, 1, 3, 2]));
        string v = inside ? Apart(step, 2, heads, 0, 2, 1, 3) : step.Input(2);

        string scores = graph.Node("Mul", [graph.Node("MatMul", [q, k]), graph.Number("scale", (float)step.Attribute("scale"))]);
        string? seen = step.Record.Inputs.Count > 3 ? step.Input(3) : null, past = (long)step.Attribute("is_causal") == 1 ? Past(step) : null;
        foreach (string mask in new[] { seen, past }.OfType<string>()) scores = graph.Node("Where", [mask, scores, graph.Number("hidden", Hidden)]);
        string weights = graph.Node("Softmax", [scores], null, ("axis", -1L));
        if (seen is not null) weights = graph.Node("Where", [seen, weights, graph.Number("nothing", 0)]);
        if (!inside) return graph.Node("MatMul", [weights, v], step.WishedName);

        string together = graph.Node("Transpose", [graph.Node("MatMul", [weights, v])], null, ("perm", (long[])[0, 2, 1, 3]));
        return graph.Node("Reshape", [together, graph.Integers("heads_together", [0, 0, step.Record.Inputs[2].Shape[2]])], step.WishedName);
    }

    /// <summary>[batch, steps, heads·width] with the heads on an axis of their own, in another order.</summary>
    static string Apart(Step step, int input, long heads, params long[] order)
    {
        long width = step.Record.Inputs[input].Shape[2] / heads;
        string apart = step.Builder.Node("Reshape", [step.Input(input), step.Builder.Integers("heads_apart", [0, 0, heads, width])]);
        return step.Builder.Node("Transpose", [apart], null, ("perm", order));
    }

    /// <summary>True where a key stands at or before its query.</summary>
    static string Past(Step step)
    {
        var graph = step.Builder;
        var ((q, k), (otherQ, otherK)) = (Steps(step.Record), Steps(step.Other));
        if (q == otherQ && k == otherK)
        {
            bool[] mask = new bool[q * k];
            for (int i = 0; i < mask.Length; i++) mask[i] = i % k <= i / k;
            return graph.Mask("past", mask, (int)q, (int)k);
        }

        string queries = graph.Node("Unsqueeze", [Ranges.Write(step, q, otherQ), graph.Integers("query_axis", [1])]);
        return graph.Node("LessOrEqual", [Ranges.Write(step, k, otherK), queries]);
    }

    static (long Queries, long Keys) Steps(TapeStep step) => (step.Inputs[0].Shape[^2], step.Inputs[1].Shape[^2]);
}
