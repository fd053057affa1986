using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Joins values along an axis; parts may be empty.</summary>
sealed class Concat(Node node) : MovingKernel
{
    readonly long _axis = node.Int("axis", 1);
    readonly int _parts = node.Inputs.Length;

    protected override void Run<T>(Call call)
    {
        var first = call.Input();
        int axis = call.Axis(_axis, first.Rank);
        Span<int> sizes = stackalloc int[first.Rank];
        first.Sizes.CopyTo(sizes);
        for (int part = 1; part < _parts; part++)
        {
            var x = call.Input(part);
            if (x.Type != first.Type) throw call.Wrong($"parts of {first.Type} and {x.Type}", "one element type");
            if (x.Rank != first.Rank || !x.Sizes[..axis].SequenceEqual(first.Sizes[..axis]) || !x.Sizes[(axis + 1)..].SequenceEqual(first.Sizes[(axis + 1)..]))
                throw call.Wrong($"parts of sizes {Value.Text(first.Sizes)} and {Value.Text(x.Sizes)}", $"sizes that differ at axis {axis} only");
            sizes[axis] = checked(sizes[axis] + x.Sizes[axis]);
        }

        int inner = 1;
        foreach (int beyond in sizes[(axis + 1)..]) inner *= beyond;
        var to = call.Output.WriteAs<T>(first.Type, sizes);
        int row = inner * sizes[axis];
        for (int part = 0, at = 0; part < _parts; part++)
        {
            var from = call.Input(part).ReadAs<T>();
            int run = inner * call.Input(part).Sizes[axis];
            for (int start = at; run > 0 && start < to.Length; start += row, from = from[run..]) from[..run].CopyTo(to[start..]);
            at += run;
        }
    }
}
