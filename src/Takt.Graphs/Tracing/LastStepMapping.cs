namespace Takt.Graphs.Tracing;

/// <summary>Selecting one step of a sequence: Gather with a scalar index, which drops the axis.</summary>
static class LastStepMapping
{
    public static string Write(Step step)
    {
        string index = step.Builder.Integers("step", [(long)step.Attribute("indices")], scalar: true);
        return step.Builder.Node("Gather", [step.Input(0), index], step.WishedName, ("axis", step.Attribute("axis")));
    }
}
