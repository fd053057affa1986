namespace Takt.Graphs.Tracing;

/// <summary>
/// GroupNormalization came with operator set 18 and changed with 21; here it is spelled out as everyone reads it: the groups become channels of an
/// InstanceNormalization, then each real channel is scaled and shifted.
/// </summary>
static class GroupNormMapping
{
    public static string Write(Step step)
    {
        var graph = step.Builder;
        var (shape, other) = step.ShapesOf(0);
        int groups = (int)(long)step.Attribute("num_groups"), channels = shape[1];
        string grouped = graph.Node("Reshape", [step.Input(0), graph.Integers("grouped", [0, groups, -1])]);
        float[] ones = new float[groups];
        Array.Fill(ones, 1);
        string normal = graph.Node(
            "InstanceNormalization", [grouped, graph.Constant("group_scale", ones, groups), graph.Constant("group_shift", new float[groups], groups)], null, ("epsilon", step.Attribute("epsilon")));

        long[] back = [0, .. shape.Sizes[1..].ToArray()], otherBack = [0, .. other.Sizes[1..].ToArray()];
        string restored = graph.Node("Reshape", [normal, RestoredShape(step, back, otherBack)]);
        int[] perChannel = [channels, .. Enumerable.Repeat(1, shape.Rank - 2)];
        string scaled = graph.Node("Mul", [restored, PerChannel(step, 1, perChannel)]);
        return graph.Node("Add", [scaled, PerChannel(step, 2, perChannel)], step.WishedName);
    }

    /// <summary>One open size of the image may be worked out; more are read from the input itself.</summary>
    static string RestoredShape(Step step, long[] back, long[] other)
    {
        int[] open = [.. Enumerable.Range(0, back.Length).Where(i => back[i] != other[i])];
        if (open.Length > 1) return step.Builder.Node("Shape", [step.Input(0)]);
        if (open.Length == 1) back[open[0]] = -1;
        return step.Builder.Integers("restored", back);
    }

    static string PerChannel(Step step, int input, int[] sizes) =>
        sizes.Length == 1 ? step.Input(input) : step.Builder.Node("Reshape", [step.Input(input), step.Builder.Integers("per_channel", [.. sizes.Select(s => (long)s)])]);
}
