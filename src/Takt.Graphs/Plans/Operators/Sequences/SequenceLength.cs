namespace Takt.Graphs.Plans.Operators;

/// <summary>How many tensors a sequence holds.</summary>
sealed class SequenceLength : Kernel
{
    public override void Run(Call call) => call.Output.Write<long>([])[0] = SequenceItems.Of(call).Count;
}
