using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>ln Σ eˣ along some axes, without overflow: the greatest is taken out first.</summary>
sealed class ReduceLogSumExp(Node node) : FloatKernel
{
    readonly long[]? _axes = node.Short("axes");
    readonly bool _keep = node.Int("keepdims", 1) != 0, _nothingMeansNone = node.Int("noop_with_empty_axes", 0) != 0;

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        int rank = x.Rank;
        var axes = WholeNumbers.Axes(call.OptionalInput(1), _axes, stackalloc long[rank], call);
        Span<bool> reduced = stackalloc bool[rank];
        reduced.Fill(axes.IsEmpty && !_nothingMeansNone);
        foreach (long axis in axes) reduced[call.Axis(axis, rank)] = true;
        Span<int> kept = stackalloc int[rank], steps = stackalloc int[rank], position = stackalloc int[rank];
        int outRank = 0;
        for (int axis = 0; axis < rank; axis++)
            if (!reduced[axis]) kept[outRank++] = x.Sizes[axis];
            else if (_keep) kept[outRank++] = 1;
        for (int axis = rank - 1, step = 1; axis >= 0; axis--)
        {
            steps[axis] = reduced[axis] ? 0 : step;
            if (!reduced[axis]) step *= x.Sizes[axis];
        }

        var from = x.Read<T>();
        var y = call.Output.Write<T>(kept[..outRank]);
        var greatest = call.Scratch.Take<T>(y.Length);
        greatest.Fill(T.NegativeInfinity);
        position.Clear();
        for (int i = 0; i < from.Length; i++, Broadcast.Advance(position, x.Sizes)) greatest[Broadcast.Offset(position, steps)] = T.Max(greatest[Broadcast.Offset(position, steps)], from[i]);
        y.Clear();
        position.Clear();
        for (int i = 0; i < from.Length; i++, Broadcast.Advance(position, x.Sizes))
        {
            int at = Broadcast.Offset(position, steps);
            y[at] += T.IsInfinity(greatest[at]) ? T.Exp(from[i]) : T.Exp(from[i] - greatest[at]);
        }

        for (int i = 0; i < y.Length; i++) y[i] = T.Log(y[i]) + (T.IsInfinity(greatest[i]) ? T.Zero : greatest[i]);
    }
}
