namespace Takt.Graphs.Tracing;

/// <summary>Expand to sizes that may be open; where the input has the size already, 1 keeps it.</summary>
static class ExpandMapping
{
    public static string Write(Step step)
    {
        var (asked, other) = step.Numbers("shape");
        var (from, otherFrom) = step.ShapesOf(0);
        long[] here = [.. asked], there = [.. other];
        for (int back = 1; back <= from.Rank; back++)
            if (here[^back] == from[^back] && there[^back] == otherFrom[^back]) here[^back] = there[^back] = 1;
        return step.Builder.Node("Expand", [step.Input(0), step.List("shape", here, there)], step.WishedName);
    }
}
