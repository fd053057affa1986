namespace Takt.Graphs.Tracing;

/// <summary>Steps by their numbers, for masks over sequences whose length may be open.</summary>
static class Ranges
{
    /// <summary>The numbers 0 … count − 1.</summary>
    /// <param name="step">The step that needs them.</param>
    /// <param name="count">How many in the one pass.</param>
    /// <param name="other">How many in the other.</param>
    public static string Write(Step step, long count, long other)
    {
        string limit = step.Builder.Node("Squeeze", [step.List("steps", [count], [other]), step.Builder.Integers("only_axis", [0])]);
        return step.Builder.Node("Range", [step.Builder.Integers("first", [0], scalar: true), limit, step.Builder.Integers("every", [1], scalar: true)]);
    }

    /// <summary>Which steps lie within the length of their sequence: number &lt; length.</summary>
    public static string StepsWithin(Step step)
    {
        var (shape, other) = step.ShapesOf(0);
        string lengths = step.Builder.Node("Unsqueeze", [step.Input(1), step.Builder.Integers("step_axis", [1])]);
        return step.Builder.Node("Less", [Write(step, shape[1], other[1]), lengths], step.WishedName);
    }
}
