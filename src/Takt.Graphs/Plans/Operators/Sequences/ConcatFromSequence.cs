using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Joins the tensors of a sequence along an axis that they have, or stacks them along a new one.</summary>
sealed class ConcatFromSequence(Node node) : Kernel
{
    readonly long _axis = node.Int("axis", 0);
    readonly bool _isNewAxis = node.Int("new_axis", 0) != 0;

    public override void Run(Call call)
    {
        var items = SequenceItems.Of(call);
        if (items.Count == 0) throw call.Wrong("an empty sequence", "at least one tensor");
        Pieces.Join(items, _axis, _isNewAxis, call.Output, new TensorInfo("", items[0].Type, null), call);
    }
}
