namespace Takt.Graphs.Tracing;

/// <summary>Sums, means and extremes over axes. ReduceSum takes its axes as an input since operator set 13, the others as an attribute until 18.</summary>
static class ReductionMapping
{
    public static string Write(Step step)
    {
        if (step.Record.Name != "ReduceSum" || step.OptionalAttribute("axes") is not long[] axes)
            return step.Builder.Node(step.Record.Name, step.Inputs, step.WishedName, step.Attributes);
        return step.Builder.Node("ReduceSum", [step.Input(0), step.Builder.Integers("axes", axes)], step.WishedName, ("keepdims", step.Attribute("keepdims")));
    }
}
