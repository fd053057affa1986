namespace Takt.Graphs.Plans.Operators;

/// <summary>What is done to a row of two values. Where a value stands still along the row, its span holds that one element.</summary>
interface IPairLoop<TA, TB, TY>
{
    void Run(ReadOnlySpan<TA> a, ReadOnlySpan<TB> b, Span<TY> y);
}

/// <summary>Walks two values side by side, stretched to common sizes (numpy's broadcasting), in rows as long as can be.</summary>
static class Pairs
{
    /// <summary>Runs over two values and writes the first output.</summary>
    /// <param name="call">Whose first output is written.</param>
    /// <param name="first">The left value; its elements are seen as <typeparamref name="TA"/>.</param>
    /// <param name="second">The right value.</param>
    /// <param name="type">What the elements of the output are.</param>
    /// <param name="loop">What is done to each row.</param>
    public static void Run<TA, TB, TY, TLoop>(Call call, Value first, Value second, ElementType type, TLoop loop) where TLoop : struct, IPairLoop<TA, TB, TY>
    {
        var a = first.ReadAs<TA>();
        var b = second.ReadAs<TB>();
        if (first.Sizes.SequenceEqual(second.Sizes))
        {
            var same = call.Output.WriteAs<TY>(type, first.Sizes);
            if (!same.IsEmpty) loop.Run(a, b, same);
            return;
        }

        int rank = Math.Max(first.Rank, second.Rank);
        Span<int> sizes = stackalloc int[rank], steps = stackalloc int[2 * rank];
        if (!Broadcast.Sizes(first.Sizes, second.Sizes, sizes))
            throw call.Wrong($"sizes {Value.Text(first.Sizes)} and {Value.Text(second.Sizes)}", "equal sizes, or 1 where they differ");
        var y = call.Output.WriteAs<TY>(type, sizes);
        if (y.IsEmpty) return;
        Broadcast.Steps(first.Sizes, steps[..rank]);
        Broadcast.Steps(second.Sizes, steps[rank..]);
        int axes = Broadcast.Join(sizes, steps), outer = Math.Max(0, axes - 1), start = rank - axes;
        int width = axes == 0 ? 1 : sizes[^1], aStep = axes == 0 ? 0 : steps[rank - 1], bStep = axes == 0 ? 0 : steps[^1];
        ReadOnlySpan<int> outerSizes = sizes.Slice(start, outer), aSteps = steps.Slice(start, outer), bSteps = steps.Slice(rank + start, outer);
        Span<int> position = stackalloc int[outer];
        position.Clear();
        for (int row = 0; row < y.Length; row += width)
        {
            int from = Broadcast.Offset(position, aSteps), beside = Broadcast.Offset(position, bSteps);
            loop.Run(a.Slice(from, aStep == 0 ? 1 : width), b.Slice(beside, bStep == 0 ? 1 : width), y.Slice(row, width));
            Broadcast.Advance(position, outerSizes);
        }
    }
}
