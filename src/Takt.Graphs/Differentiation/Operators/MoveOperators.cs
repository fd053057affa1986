using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Elements in another place.</summary>
static class MoveOperators
{
    public static Tensor Transpose(TapeCall call)
    {
        int rank = call.X.Shape.Rank;
        return call.X.Permute(call.Ints("perm") is { } order ? [.. order.Select(axis => (int)axis)] : [.. Enumerable.Range(0, rank).Select(axis => rank - 1 - axis)]);
    }

    public static Tensor Concat(TapeCall call) => call.InputCount == 1 ? call.X
        : call.X.Concat((int)call.Int("axis", 0), [.. Enumerable.Range(1, call.InputCount - 1).Select(call.Input)]);

    public static Tensor Slice(TapeCall call)
    {
        var x = call.X;
        long[] starts = call.Numbers(1, "starts")!, ends = call.Numbers(2, "ends")!;
        int[] axes = call.Numbers(3, "axes") is { } named ? call.Axes(named, x.Shape.Rank) : [.. Enumerable.Range(0, starts.Length)];
        long[]? steps = call.Numbers(4, "steps");
        for (int i = 0; i < axes.Length; i++) x = Slice(x, axes[i], starts[i], ends[i], steps?[i] ?? 1);
        return x;
    }

    public static Tensor[] Split(TapeCall call)
    {
        int axis = call.Axis(call.Int("axis", 0), call.X.Shape.Rank), size = call.X.Shape[axis], parts = call.OutputCount;
        if (call.Numbers(1, "split") is { } sizes) return call.X.Split(axis, [.. sizes.Select(s => (int)s)]);
        int each = (size + parts - 1) / parts;   // the last may be smaller
        return call.X.Split(axis, [.. Enumerable.Range(0, parts).Select(i => Math.Clamp(size - (i * each), 0, each))]);
    }

    public static Tensor Tile(TapeCall call)
    {
        var x = call.X;
        long[] repeats = call.Numbers(1, "repeats")!;
        for (int axis = 0; axis < repeats.Length; axis++)
            x = repeats[axis] switch
            {
                0 => x.Slice(axis, 0..0),
                1 => x,
                var times => x.Concat(axis, [.. Enumerable.Repeat(x, (int)times - 1)]),
            };
        return x;
    }

    public static Tensor CumSum(TapeCall call)
    {
        int axis = call.Axis(call.Numbers(1, "axis")![0], call.X.Shape.Rank);
        bool isBackward = call.Int("reverse", 0) != 0;
        var x = isBackward ? call.X.Flip(axis) : call.X;
        var sums = x.CumSum(axis);
        if (call.Int("exclusive", 0) != 0) sums -= x;
        return isBackward ? sums.Flip(axis) : sums;
    }

    public static Tensor[] TopK(TapeCall call)
    {
        var (values, places) = call.X.TopK((int)call.Numbers(1, "k")![0], (int)call.Int("axis", -1), call.Int("largest", 1) != 0);
        return [values, places];
    }

    public static Tensor Scatter(TapeCall call)
    {
        int axis = (int)call.Int("axis", 0);
        return call.Text("reduction", "none") switch
        {
            "none" => call.X.Scatter(axis, call.Input(1), call.Input(2)),
            "add" => call.X.ScatterAdd(axis, call.Input(1), call.Input(2)),
            var other => throw call.Wrong($"the reduction {other}", "none or add"),
        };
    }

    /// <summary>Each sequence backward up to its length; whatever the layout, the batch stands before the steps while it is turned.</summary>
    public static Tensor ReverseSequence(TapeCall call)
    {
        bool timeFirst = call.Int("time_axis", 0) == 0 && call.Int("batch_axis", 1) == 1;
        if (!timeFirst && (call.Int("time_axis", 0), call.Int("batch_axis", 1)) != (1, 0)) throw call.Wrong("a batch or steps beyond the first two axes", "axes 0 and 1");
        int[] order = [1, 0, .. Enumerable.Range(2, call.X.Shape.Rank - 2)];
        var x = timeFirst ? call.X.Permute(order) : call.X;
        var y = x.Reshape(x.Shape[0], x.Shape[1], -1).ReverseSteps(call.Input(1)).Reshape(x.Shape.Sizes);
        return timeFirst ? y.Permute(order) : y;
    }

    public static Tensor DepthToSpace(TapeCall call)
    {
        var (x, block) = (call.X, (int)call.Int("blocksize", 1));
        var (b, c, h, w) = (x.Shape[0], x.Shape[1] / (block * block), x.Shape[2], x.Shape[3]);
        var apart = call.Text("mode", "DCR") == "DCR" ? x.Reshape(b, block, block, c, h, w).Permute(0, 3, 4, 1, 5, 2) : x.Reshape(b, c, block, block, h, w).Permute(0, 1, 4, 2, 5, 3);
        return apart.Reshape(b, c, h * block, w * block);
    }

    public static Tensor SpaceToDepth(TapeCall call)
    {
        var (x, block) = (call.X, (int)call.Int("blocksize", 1));
        var (b, c, h, w) = (x.Shape[0], x.Shape[1], x.Shape[2] / block, x.Shape[3] / block);
        return x.Reshape(b, c, h, block, w, block).Permute(0, 3, 5, 1, 2, 4).Reshape(b, c * block * block, h, w);
    }

    /// <summary>Bounds may lie beyond the axis, and below 0 count from its end.</summary>
    static Tensor Slice(Tensor x, int axis, long start, long end, long step)
    {
        long size = x.Shape[axis];
        if (start < 0) start += size;
        if (end < 0) end = end < long.MinValue + size ? -1 : end + size;
        if (step > 0)
        {
            int from = (int)Math.Clamp(start, 0, size), to = (int)Math.Clamp(end, from, size);
            return from == 0 && to == size && step == 1 ? x : x.Slice(axis, from..to, (int)Math.Min(step, int.MaxValue));
        }

        int first = (int)Math.Clamp(start, -1, size - 1), last = (int)Math.Clamp(end, -1, first);
        return x.Slice(axis, (last + 1)..(first + 1), (int)Math.Max(step, -int.MaxValue));
    }
}
