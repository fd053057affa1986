namespace Takt.Graphs.Plans.Operators;

/// <summary>Probabilities [rows, classes], as they come. In the file's words the output is a list of maps from label to probability; the tensor says the same, and the labels stand in the node.</summary>
sealed class ZipMap : Kernel
{
    public override bool IsView => true;

    public override void Run(Call call) => call.Output.View(call.Input(), call.Input().Sizes);
}
