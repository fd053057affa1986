namespace Takt.Graphs.Plans.Operators;

/// <summary>y = a where the condition holds, else b; all three stretch to common sizes.</summary>
sealed class Where : MovingKernel
{
    const int MostAxes = 64;

    protected override int Moved => 1;

    protected override void Run<T>(Call call)
    {
        var (condition, a, b) = (call.Input(0), call.Input(1), call.Input(2));
        if (a.Type != b.Type) throw call.Wrong($"choices of {a.Type} and {b.Type}", "one element type");
        var sizes = Broadcast.Sizes(call, 0, stackalloc int[MostAxes]);
        int rank = sizes.Length;
        var flags = condition.Read<bool>();
        var yes = a.ReadAs<T>();
        var no = b.ReadAs<T>();
        var y = call.Output.WriteAs<T>(a.Type, sizes);
        if (y.IsEmpty) return;
        Span<int> steps = stackalloc int[3 * rank];
        Broadcast.Steps(condition.Sizes, steps[..rank]);
        Broadcast.Steps(a.Sizes, steps[rank..(2 * rank)]);
        Broadcast.Steps(b.Sizes, steps[(2 * rank)..]);
        int axes = Broadcast.Join(sizes, steps), outer = Math.Max(0, axes - 1), start = rank - axes, width = axes == 0 ? 1 : sizes[^1];
        int flagStep = axes == 0 ? 0 : steps[rank - 1], yesStep = axes == 0 ? 0 : steps[(2 * rank) - 1], noStep = axes == 0 ? 0 : steps[^1];
        Span<int> position = stackalloc int[outer];
        position.Clear();
        for (int row = 0; row < y.Length; row += width)
        {
            int flag = Broadcast.Offset(position, steps.Slice(start, outer)), from = Broadcast.Offset(position, steps.Slice(rank + start, outer));
            int other = Broadcast.Offset(position, steps.Slice((2 * rank) + start, outer));
            var to = y.Slice(row, width);
            if (flagStep == 0) Copy(flags[flag] ? yes[from..] : no[other..], flags[flag] ? yesStep : noStep, to);
            else for (int i = 0; i < width; i++) to[i] = flags[flag + i] ? yes[from + (i * yesStep)] : no[other + (i * noStep)];
            Broadcast.Advance(position, sizes.Slice(start, outer));
        }
    }

    static void Copy<T>(ReadOnlySpan<T> from, int step, Span<T> to)
    {
        if (step == 0) to.Fill(from[0]);
        else from[..to.Length].CopyTo(to);
    }
}
