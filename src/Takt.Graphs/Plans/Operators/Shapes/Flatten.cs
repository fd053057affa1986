using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>A matrix of the same elements: axes before <c>axis</c> become rows, the others columns.</summary>
sealed class Flatten(Node node) : Kernel
{
    readonly long _axis = node.Int("axis", 1);

    public override bool IsView => true;

    public override void Run(Call call)
    {
        var x = call.Input();
        int axis = _axis == x.Rank ? x.Rank : call.Axis(_axis, x.Rank), rows = 1, columns = 1;
        foreach (int size in x.Sizes[..axis]) rows *= size;
        foreach (int size in x.Sizes[axis..]) columns *= size;
        call.Output.View(x, [rows, columns]);
    }
}
