namespace Takt.Graphs.Tracing;

/// <summary>Gather by indices that were computed or given is the operator itself; selecting one step of a sequence is Gather with a scalar index, which drops the axis.</summary>
static class GatherMapping
{
    public static string Write(Step step)
    {
        string indices = step.Record.Inputs.Count == 2 ? step.Input(1) : step.Builder.Integers("step", [(long)step.Attribute("indices")], scalar: true);
        return step.Builder.Node("Gather", [step.Input(0), indices], step.WishedName, ("axis", step.Attribute("axis")));
    }
}
