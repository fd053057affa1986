using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Many elements along some axes become one. The axes are an attribute in older operator sets, an input in newer ones; none means all, unless <c>noop_with_empty_axes</c> says nothing.</summary>
/// <remarks>
/// Neighbouring axes that are both reduced or both kept are walked as one, so that what is left alternates. If the innermost is reduced, each run of it becomes
/// one number; if it is kept, whole runs are taken into the running results side by side. The order of additions depends on the reduced sizes only.
/// </remarks>
sealed class Reduce<TReduction>(Node node) : NumberKernel where TReduction : IReduction
{
    readonly long[]? _axes = node.Short("axes");
    readonly bool _keep = node.Int("keepdims", 1) != 0, _nothingMeansNone = node.Int("noop_with_empty_axes", 0) != 0;

    /// <summary>Booleans can be compared, as 0 and 1; adding them means nothing.</summary>
    protected override void RunOther(Call call)
    {
        if (call.Input().Type == ElementType.Bool && TReduction.OnlyCompares) Run<byte>(call);
        else base.RunOther(call);
    }

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int rank = x.Rank;
        var axes = WholeNumbers.Axes(call.OptionalInput(1), _axes, stackalloc long[rank], call);
        if (axes.IsEmpty && _nothingMeansNone)
        {
            Elementwise(x.ReadAs<T>(), call.Output.WriteAs<T>(x.Type, x.Sizes));
            return;
        }

        Span<bool> reduced = stackalloc bool[rank];
        reduced.Fill(axes.IsEmpty);
        foreach (long axis in axes) reduced[call.Axis(axis, rank)] = true;
        Span<int> kept = stackalloc int[rank], sizes = stackalloc int[rank], steps = stackalloc int[rank];
        int outRank = 0, count = 1;
        for (int axis = 0; axis < rank; axis++)
        {
            if (reduced[axis]) count *= x.Sizes[axis];
            else kept[outRank++] = x.Sizes[axis];
            if (reduced[axis] && _keep) kept[outRank++] = 1;
        }

        var y = call.Output.WriteAs<T>(x.Type, kept[..outRank]);
        y.Fill(TReduction.Start<T>());
        x.Sizes.CopyTo(sizes);
        for (int axis = rank - 1, step = 1; axis >= 0; axis--)
        {
            steps[axis] = reduced[axis] ? 0 : step;
            if (!reduced[axis]) step *= sizes[axis];
        }

        int left = Broadcast.Join(sizes, steps);   // a reduced axis is one that the result is stretched along
        if (x.Count > 0) Walk(x.ReadAs<T>(), y, sizes[(rank - left)..], steps[(rank - left)..]);
        for (int i = 0; i < y.Length; i++) y[i] = TReduction.Finish(y[i], count);
    }

    static void Walk<T>(ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<int> sizes, ReadOnlySpan<int> steps) where T : unmanaged, INumber<T>
    {
        if (sizes.IsEmpty)
        {
            y[0] = TReduction.Take(y[0], x[0]);
            return;
        }

        int width = sizes[^1];
        bool wholeRow = steps[^1] == 0;
        Span<int> position = stackalloc int[sizes.Length - 1];
        position.Clear();
        for (int row = 0; row < x.Length; row += width)
        {
            int at = Broadcast.Offset(position, steps[..^1]);
            if (wholeRow) y[at] = TReduction.TakeRow(y[at], x.Slice(row, width));
            else TReduction.TakeEach(y.Slice(at, width), x.Slice(row, width));
            Broadcast.Advance(position, sizes[..^1]);
        }
    }

    static void Elementwise<T>(ReadOnlySpan<T> x, Span<T> y) where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        for (int i = 0; i < y.Length; i++) y[i] = TReduction.Finish(TReduction.Take(TReduction.Start<T>(), x[i]), 1);
    }
}
