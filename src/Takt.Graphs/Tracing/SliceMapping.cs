namespace Takt.Graphs.Tracing;

/// <summary>Slice: a bound that moves with the size of its axis is counted from the end, one that is another open size is read from there.</summary>
static class SliceMapping
{
    public static string Write(Step step)
    {
        var (axes, _) = step.Numbers("axes");
        var (steps, _) = step.Numbers("steps");
        string starts = Bounds(step, axes, "starts"), ends = Bounds(step, axes, "ends");
        return step.Builder.Node("Slice", [step.Input(0), starts, ends, step.Builder.Integers("axes", axes), step.Builder.Integers("steps", steps)], step.WishedName);
    }

    static string Bounds(Step step, long[] axes, string name)
    {
        var (asked, other) = step.Numbers(name);
        var (from, otherFrom) = step.ShapesOf(0);
        long[] here = [.. asked], there = [.. other];
        for (int i = 0; i < here.Length; i++)
        {
            long size = from[(int)axes[i]], otherSize = otherFrom[(int)axes[i]];
            if (here[i] == there[i] || here[i] - size != there[i] - otherSize) continue;
            here[i] = there[i] = here[i] == size ? long.MaxValue : here[i] - size;
        }

        return step.List(name, here, there);
    }
}
