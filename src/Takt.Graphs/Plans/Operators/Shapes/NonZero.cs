namespace Takt.Graphs.Plans.Operators;

/// <summary>Where the elements stand that are not zero: one column each, one row an axis, in the order of the elements.</summary>
sealed class NonZero : NumberKernel
{
    protected override void RunOther(Call call)
    {
        if (call.Input().Type == ElementType.Bool) Run<byte>(call);
        else base.RunOther(call);
    }

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        var from = x.ReadAs<T>();
        int rank = Math.Max(1, x.Rank), count = from.Length - from.Count(T.Zero);
        var to = call.Output.Write<long>([rank, count]);
        Span<int> position = stackalloc int[x.Rank];
        position.Clear();
        for (int i = 0, column = 0; i < from.Length; i++, Broadcast.Advance(position, x.Sizes))
        {
            if (from[i] == T.Zero) continue;
            for (int axis = 0; axis < rank; axis++) to[(axis * count) + column] = x.Rank == 0 ? 0 : position[axis];
            column++;
        }
    }
}
