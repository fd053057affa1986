using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reorders axes: output axis i is input axis perm[i]. Default: all axes reversed.</summary>
sealed class Transpose(Node node) : MovingKernel
{
    readonly long[]? _order = node.Ints("perm");

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int rank = x.Rank;
        Span<int> order = stackalloc int[rank];
        ReadOrder(call, order);

        Span<int> sizes = stackalloc int[rank], steps = stackalloc int[rank], position = stackalloc int[rank];
        Span<int> inputSteps = stackalloc int[rank];
        for (int axis = rank - 1, step = 1; axis >= 0; step *= x.Sizes[axis], axis--) inputSteps[axis] = step;
        for (int axis = 0; axis < rank; axis++) (sizes[axis], steps[axis]) = (x.Sizes[order[axis]], inputSteps[order[axis]]);

        // Axes at the end that stay where they are move as one block.
        int kept = rank, block = 1;
        while (kept > 0 && order[kept - 1] == kept - 1) block *= sizes[--kept];
        int unit = kept < rank ? inputSteps[kept] * sizes[kept] : 1;

        var from = x.ReadAs<T>();
        var to = call.Output.WriteAs<T>(x.Type, sizes);
        position.Clear();
        for (int start = 0; start < to.Length; start += block)
        {
            int offset = Broadcast.Offset(position[..kept], steps) / unit * block;
            from.Slice(offset, block).CopyTo(to[start..]);
            Broadcast.Advance(position[..kept], sizes);
        }
    }

    void ReadOrder(Call call, Span<int> order)
    {
        if (_order is not null && _order.Length != order.Length) throw call.Wrong($"perm of {_order.Length} axes", $"{order.Length}");
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = _order is null ? order.Length - 1 - i : call.Axis(_order[i], order.Length);
            if (order[..i].Contains(order[i])) throw call.Wrong($"axis {order[i]} twice in perm", "each axis once");
        }
    }
}
