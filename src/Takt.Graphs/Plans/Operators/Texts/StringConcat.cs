namespace Takt.Graphs.Plans.Operators;

/// <summary>Texts put together, element by element; sizes of 1 stretch.</summary>
sealed class StringConcat : Kernel
{
    public override void Run(Call call)
    {
        var (a, b) = (call.Input(0), call.Input(1));
        int rank = Math.Max(a.Rank, b.Rank);
        Span<int> sizes = stackalloc int[rank], aSteps = stackalloc int[rank], bSteps = stackalloc int[rank], position = stackalloc int[rank];
        if (!Broadcast.Sizes(a.Sizes, b.Sizes, sizes)) throw call.Wrong($"sizes {Value.Text(a.Sizes)} and {Value.Text(b.Sizes)}", "sizes that are equal or 1");
        Broadcast.Steps(a.Sizes, aSteps);
        Broadcast.Steps(b.Sizes, bSteps);
        ReadOnlySpan<string> left = a.Texts, right = b.Texts;
        var y = call.Output.WriteTexts(sizes);
        position.Clear();
        for (int i = 0; i < y.Length; i++, Broadcast.Advance(position, sizes))
            y[i] = left[Broadcast.Offset(position, aSteps)] + right[Broadcast.Offset(position, bSteps)];
    }
}
