using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reorders axes: output axis i is input axis perm[i]. Default: all axes reversed.</summary>
sealed class Transpose(Node node) : MovingKernel
{
    /// <summary>Side of the squares in which two axes change places: a square of floats on each side stays in the first-level cache.</summary>
    const int Square = 16;

    readonly long[]? _order = node.Ints("perm");

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int rank = x.Rank;
        Span<int> order = stackalloc int[rank];
        ReadOrder(call, order);

        Span<int> sizes = stackalloc int[rank], steps = stackalloc int[rank], inputSteps = stackalloc int[rank];
        for (int axis = rank - 1, step = 1; axis >= 0; step *= x.Sizes[axis], axis--) inputSteps[axis] = step;
        for (int axis = 0; axis < rank; axis++) (sizes[axis], steps[axis]) = (x.Sizes[order[axis]], inputSteps[order[axis]]);
        var from = x.ReadAs<T>();
        var to = call.Output.WriteAs<T>(x.Type, sizes);
        if (to.IsEmpty) return;
        int axes = Broadcast.Join(sizes, steps), start = rank - axes;   // axes that move together are one
        if (axes <= 1) from.CopyTo(to);
        else if (steps[^1] == 1) CopyRows(from, to, sizes[start..], steps[start..]);
        else CopySquares(from, to, sizes[start..], steps[start..]);
    }

    /// <summary>The innermost axis stays where it is: rows are copied whole.</summary>
    static void CopyRows<T>(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps)
    {
        Span<int> position = stackalloc int[sizes.Length - 1];
        position.Clear();
        int width = sizes[^1];
        for (int row = 0; row < to.Length; row += width)
        {
            from.Slice(Broadcast.Offset(position, steps[..^1]), width).CopyTo(to[row..]);
            Broadcast.Advance(position, sizes[..^1]);
        }
    }

    /// <summary>The innermost axis of the output and that of the input change places, square by square, so that both sides are walked through the cache.</summary>
    static void CopySquares<T>(ReadOnlySpan<T> from, Span<T> to, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps)
    {
        int rank = sizes.Length, inner = steps.IndexOf(1), width = sizes[^1], apart = steps[^1], rows = sizes[inner], rowStep = 1;
        for (int axis = inner + 1; axis < rank; axis++) rowStep *= sizes[axis];
        Span<int> position = stackalloc int[rank], others = stackalloc int[rank], outSteps = stackalloc int[rank];
        for (int axis = rank - 1, step = 1; axis >= 0; step *= sizes[axis], axis--) outSteps[axis] = step;
        sizes.CopyTo(others);
        (others[^1], others[inner]) = (1, 1);
        position.Clear();
        int planes = to.Length / (width * rows);
        for (int plane = 0; plane < planes; plane++, Broadcast.Advance(position, others))
        {
            int source = Broadcast.Offset(position, steps), target = Broadcast.Offset(position, outSteps);
            for (int row = 0; row < rows; row += Square)
                for (int column = 0; column < width; column += Square)
                    for (int r = row; r < Math.Min(row + Square, rows); r++)
                    {
                        int at = source + r + (column * apart);
                        var line = to.Slice(target + (r * rowStep) + column, Math.Min(Square, width - column));
                        for (int c = 0; c < line.Length; c++, at += apart) line[c] = from[at];
                    }
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
