using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Inserts axes of size 1 at the named places of the result. The axes are an attribute until operator set 12, an input from 13 on.</summary>
sealed class Unsqueeze(Node node) : Kernel
{
    const int MostAxes = 16;
    readonly long[]? _axes = node.Short("axes");

    public override bool IsView => true;

    public override void Run(Call call)
    {
        var x = call.Input();
        var axes = WholeNumbers.Axes(call.OptionalInput(1), _axes, stackalloc long[MostAxes], call);
        int rank = x.Rank + axes.Length;
        Span<int> sizes = stackalloc int[rank];
        sizes.Clear();
        foreach (long named in axes)
        {
            ref int size = ref sizes[call.Axis(named, rank)];
            if (size == 1) throw call.Wrong($"axis {named} twice", "each axis once");
            size = 1;
        }

        for (int axis = 0, from = 0; axis < rank; axis++)
            if (sizes[axis] == 0) sizes[axis] = x.Sizes[from++];
        call.Output.View(x, sizes);
    }
}
