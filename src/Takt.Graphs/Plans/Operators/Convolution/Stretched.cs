namespace Takt.Graphs.Plans.Operators;

/// <summary>Adds a value to a kernel's result where their sizes differ: one stretches to the other's, as the fused Add would have done.</summary>
static class Stretched
{
    /// <summary>Output = output + addend.</summary>
    public static void Add(Call call, Value addend)
    {
        var y = call.Output;
        Span<int> sizes = stackalloc int[Math.Max(y.Rank, addend.Rank)], steps = stackalloc int[sizes.Length], addendSteps = stackalloc int[sizes.Length], position = stackalloc int[sizes.Length];
        if (!Broadcast.Sizes(y.Sizes, addend.Sizes, sizes)) throw call.Wrong($"sizes {Value.Text(y.Sizes)} and {Value.Text(addend.Sizes)} to add", "equal sizes, or 1 where they differ");
        Broadcast.Steps(y.Sizes, steps);
        Broadcast.Steps(addend.Sizes, addendSteps);
        var made = y.Read<float>();
        var kept = call.Scratch.Take<float>(made.Length);
        made.CopyTo(kept);
        var added = addend.Read<float>();
        var sum = y.Write<float>(sizes);
        position.Clear();
        for (int i = 0; i < sum.Length; i++, Broadcast.Advance(position, sizes)) sum[i] = kept[Broadcast.Offset(position, steps)] + added[Broadcast.Offset(position, addendSteps)];
    }
}
