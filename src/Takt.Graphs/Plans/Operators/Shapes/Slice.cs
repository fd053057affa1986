using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Cuts out start..end with a step along some axes. Until operator set 9 the bounds are attributes, from 10 on inputs.</summary>
sealed class Slice(Node node) : MovingKernel
{
    readonly long[]? _starts = node.Short("starts"), _ends = node.Short("ends"), _axes = node.Short("axes");

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int rank = x.Rank;
        Span<long> room = stackalloc long[4 * rank];
        var starts = WholeNumbers.Axes(call.OptionalInput(1), _starts, room[..rank], call);
        var ends = WholeNumbers.Axes(call.OptionalInput(2), _ends, room[rank..(2 * rank)], call);
        var axes = WholeNumbers.Axes(call.OptionalInput(3), _axes, room[(2 * rank)..(3 * rank)], call);
        var strides = WholeNumbers.Axes(call.OptionalInput(4), attribute: null, room[(3 * rank)..], call);
        if (ends.Length != starts.Length || (axes.Length > 0 && axes.Length != starts.Length) || (strides.Length > 0 && strides.Length != starts.Length) || starts.Length > rank)
            throw call.Wrong($"{starts.Length} starts, {ends.Length} ends, {axes.Length} axes, {strides.Length} steps", $"as many of each, at most {rank}");

        Span<int> sizes = stackalloc int[rank], steps = stackalloc int[rank], position = stackalloc int[rank];
        x.Sizes.CopyTo(sizes);
        for (int axis = rank - 1, step = 1; axis >= 0; step *= x.Sizes[axis], axis--) steps[axis] = step;
        long origin = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = axes.Length > 0 ? call.Axis(axes[i], rank) : i;
            long stride = strides.Length > 0 ? strides[i] : 1;
            if (stride is 0 or < -int.MaxValue or > int.MaxValue) throw call.Wrong($"step {stride}", "any other");
            long size = x.Sizes[axis], start = Bound(starts[i], size, stride < 0), end = Bound(ends[i], size, stride < 0);
            if (stride < 0) start = Math.Min(start, size - 1);
            sizes[axis] = (int)Math.Max(0, (end - start + stride - Math.Sign(stride)) / stride);
            if (sizes[axis] > 0) origin += start * steps[axis];
            steps[axis] = (int)(steps[axis] * stride);
        }

        Copy<T>(x, call.Output, sizes, steps, position, (int)origin);
    }

    /// <summary>Negative counts from the end; what lies outside is moved to the edge (going backwards, one before the front is an edge too).</summary>
    static long Bound(long bound, long size, bool backwards)
    {
        if (bound < 0) bound = bound < -size ? -1 : bound + size;
        return backwards ? Math.Clamp(bound, -1, size) : Math.Clamp(bound, 0, size);
    }

    static void Copy<T>(Value x, Value y, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps, Span<int> position, int origin)
    {
        int kept = sizes.Length, block = 1;
        while (kept > 0 && steps[kept - 1] == block && x.Sizes[kept - 1] == sizes[kept - 1]) block *= sizes[--kept];
        if (kept > 0 && steps[kept - 1] == block) block *= sizes[--kept];   // part of an axis is still one run
        var from = x.ReadAs<T>();
        var to = y.WriteAs<T>(x.Type, sizes);
        position.Clear();
        for (int start = 0; start < to.Length; start += block)
        {
            from.Slice(origin + Broadcast.Offset(position[..kept], steps), block).CopyTo(to[start..]);
            Broadcast.Advance(position[..kept], sizes);
        }
    }
}
