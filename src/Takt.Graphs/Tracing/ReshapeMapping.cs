namespace Takt.Graphs.Tracing;

/// <summary>Reshape, without freezing the batch: a size that differs between the two passes becomes 0 (keep) where the input has it too, else −1 (work out).</summary>
static class ReshapeMapping
{
    public static string Write(Step step)
    {
        var (asked, other) = ((long[])step.Attribute("shape"), (long[])step.Other.Attributes.First(a => a.Name == "shape").Value);
        var (from, otherFrom) = (step.Record.Inputs[0].Shape, step.Other.Inputs[0].Shape);
        long[] sizes = [.. asked];
        for (int i = 0; i < sizes.Length; i++)
        {
            if (asked[i] == other[i]) continue;
            sizes[i] = i < from.Rank && asked[i] == from[i] && other[i] == otherFrom[i] ? 0 : -1;
        }

        if (sizes.Count(size => size == -1) > 1)
            throw new InvalidOperationException($"Reshape of {from} to [{string.Join(", ", asked)}] has two sizes that depend on the batch: such a shape has no ONNX form.");
        return step.Builder.Node("Reshape", [step.Input(0), step.Builder.Integers("shape", sizes)], step.WishedName);
    }
}
