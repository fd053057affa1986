namespace Takt.Graphs.Plans.Operators;

/// <summary>Repeats a value along each axis as often as told.</summary>
sealed class Tile : MovingKernel
{
    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int rank = x.Rank;
        var repeats = WholeNumbers.Read(call.Input(1), stackalloc long[rank], call);
        if (repeats.Length != rank) throw call.Wrong($"{repeats.Length} repeats", $"{rank}, one an axis");
        Span<int> sizes = stackalloc int[rank];
        for (int axis = 0; axis < rank; axis++) sizes[axis] = checked(x.Sizes[axis] * WholeNumbers.Size(repeats[axis], call));

        // The innermost axes are repeated first; what is done then lies in one piece and is repeated along the next.
        var from = x.ReadAs<T>();
        var to = call.Output.WriteAs<T>(x.Type, sizes);
        if (to.IsEmpty) return;
        Span<int> position = stackalloc int[rank];
        position.Clear();
        int width = rank == 0 ? 1 : x.Sizes[^1];
        for (int row = 0; row < from.Length; row += width)
        {
            int at = 0;
            for (int axis = 0; axis < rank; axis++) at = (at * sizes[axis]) + position[axis];
            from.Slice(row, width).CopyTo(to[at..]);
            if (rank > 0) Broadcast.Advance(position[..^1], x.Sizes[..^1]);
        }

        for (int axis = rank - 1, block = 1; axis >= 0; block *= sizes[axis], axis--)
        {
            int run = x.Sizes[axis] * block, whole = sizes[axis] * block;
            position.Clear();
            for (bool more = true; more;)
            {
                int at = 0;
                for (int i = 0; i < axis; i++) at = (at * sizes[i]) + position[i];
                at *= whole;
                for (int copied = run; copied < whole; copied += run) to.Slice(at, run).CopyTo(to[(at + copied)..]);
                more = false;
                for (int i = axis - 1; i >= 0 && !more; i--)
                    if (++position[i] < x.Sizes[i]) more = true;
                    else position[i] = 0;
            }
        }
    }
}
