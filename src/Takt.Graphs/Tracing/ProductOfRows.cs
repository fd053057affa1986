namespace Takt.Graphs.Tracing;

/// <summary>
/// A fully connected layer on every step of sequences runs as Reshape to rows, Gemm, Reshape back. In a graph it is one product of any rank,
/// MatMul and Add, which leaves all leading sizes open.
/// </summary>
static class ProductOfRows
{
    const string Name = "LinearOfRows";

    /// <summary>Makes one step of every such three.</summary>
    public static List<TapeStep> Join(List<TapeStep> steps)
    {
        var joined = new List<TapeStep>(steps.Count);
        for (int i = 0; i < steps.Count; i++)
            if (i + 2 < steps.Count && Matches(steps[i], steps[i + 1], steps[i + 2]))
            {
                joined.Add(new TapeStep(Name, [steps[i].Inputs[0], .. steps[i + 1].Inputs.Skip(1)], steps[i + 2].Output, []));
                i += 2;
            }
            else
            {
                joined.Add(steps[i]);
            }

        return joined;
    }

    /// <summary>Writes one.</summary>
    public static string Write(Step step)
    {
        string turned = step.Builder.Node("Transpose", [step.Input(1)], null, ("perm", (long[])[1, 0]));
        bool biased = step.Record.Inputs.Count == 3;
        string product = step.Builder.Node("MatMul", [step.Input(0), turned], biased ? null : step.WishedName);
        return biased ? step.Builder.Node("Add", [product, step.Input(2)], step.WishedName) : product;
    }

    static bool Matches(TapeStep toRows, TapeStep product, TapeStep back) =>
        toRows.Name == "Reshape" && product.Name == "Gemm" && back.Name == "Reshape"
        && product.Inputs[0] == toRows.Output && back.Inputs[0] == product.Output
        && toRows.Inputs[0].Shape is { Rank: not 2 } from && toRows.Output.Shape[^1] == from[^1]
        && back.Output.Shape[..^1] == from[..^1] && back.Output.Shape[^1] == product.Output.Shape[^1];
}
