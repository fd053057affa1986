namespace Takt.Graphs.Plans.Operators;

/// <summary>Copies a value stretched to larger sizes.</summary>
static class Stretch
{
    public static void Run<T>(Value x, Value y, ReadOnlySpan<int> sizes)
    {
        int rank = sizes.Length;
        Span<int> joined = stackalloc int[rank], steps = stackalloc int[rank];
        sizes.CopyTo(joined);
        var from = x.ReadAs<T>();
        var to = y.WriteAs<T>(x.Type, sizes);
        if (to.IsEmpty) return;
        Broadcast.Steps(x.Sizes, steps);
        int axes = Broadcast.Join(joined, steps), outer = Math.Max(0, axes - 1), start = rank - axes;
        int width = axes == 0 ? 1 : joined[^1];
        bool still = axes == 0 || steps[^1] == 0;
        Span<int> position = stackalloc int[outer];
        position.Clear();
        for (int row = 0; row < to.Length; row += width)
        {
            int at = Broadcast.Offset(position, steps.Slice(start, outer));
            if (still) to.Slice(row, width).Fill(from[at]);
            else from.Slice(at, width).CopyTo(to[row..]);
            Broadcast.Advance(position, joined.Slice(start, outer));
        }
    }
}
