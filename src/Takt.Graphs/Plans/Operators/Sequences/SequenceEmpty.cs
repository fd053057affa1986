using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A sequence of no tensors; what type they would have is an attribute.</summary>
sealed class SequenceEmpty(Node node) : Kernel
{
    readonly ElementType _type = node.Type("dtype", ElementType.Float32);

    public override void Run(Call call) => call.Output.WriteItems(_type, []);
}
