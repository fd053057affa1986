using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Drops axes of size 1: those named, or all. The axes are an attribute until operator set 12, an input from 13 on.</summary>
sealed class Squeeze(Node node) : Kernel
{
    readonly long[]? _axes = node.Short("axes");

    public override bool IsView => true;

    public override void Run(Call call)
    {
        var x = call.Input();
        var axes = WholeNumbers.Axes(call.OptionalInput(1), _axes, stackalloc long[x.Rank], call);
        bool all = axes.IsEmpty && _axes is null && call.OptionalInput(1) is null;
        Span<bool> drop = stackalloc bool[x.Rank];
        drop.Clear();
        foreach (long named in axes)
        {
            int axis = call.Axis(named, x.Rank);
            if (x.Sizes[axis] != 1) throw call.Wrong($"size {x.Sizes[axis]} at axis {axis}", "1");
            drop[axis] = true;
        }

        Span<int> sizes = stackalloc int[x.Rank];
        int rank = 0;
        for (int axis = 0; axis < x.Rank; axis++)
            if (!(all ? x.Sizes[axis] == 1 : drop[axis])) sizes[rank++] = x.Sizes[axis];
        call.Output.View(x, sizes[..rank]);
    }
}
