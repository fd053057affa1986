namespace Takt.Graphs.Tracing;

/// <summary>
/// Reshape, without freezing open sizes: a size that differs between the two passes becomes 0 (keep) where the input has it too, else −1 (work out)
/// if it is the only one, else it is read from the graph's inputs.
/// </summary>
static class ReshapeMapping
{
    public static string Write(Step step)
    {
        var (asked, other) = step.Numbers("shape");
        var (from, otherFrom) = step.ShapesOf(0);
        long[] here = [.. asked], there = [.. other];
        var open = new List<int>();
        for (int i = 0; i < here.Length; i++)
        {
            if (here[i] == there[i]) continue;
            if (i < from.Rank && here[i] == from[i] && there[i] == otherFrom[i]) here[i] = there[i] = 0;
            else open.Add(i);
        }

        if (!here.Contains(-1) && open.FirstOrDefault(i => step.Graph.Find(here[i], there[i]) is null, open.FirstOrDefault(-1)) is >= 0 and var workedOut)
            here[workedOut] = there[workedOut] = -1;
        return step.Builder.Node("Reshape", [step.Input(0), step.List("shape", here, there)], step.WishedName);
    }
}
