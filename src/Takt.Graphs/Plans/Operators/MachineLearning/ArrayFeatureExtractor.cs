namespace Takt.Graphs.Plans.Operators;

/// <summary>Picks columns along the last axis; a vector counts as one row.</summary>
sealed class ArrayFeatureExtractor : MovingKernel
{
    protected override void Run<T>(Call call)
    {
        var (x, columns) = (call.Input(0), call.Input(1));
        if (x.Rank == 0) throw call.Wrong("a scalar", "rows of features");
        Span<int> sizes = stackalloc int[Math.Max(2, x.Rank)];
        sizes[0] = 1;
        x.Sizes.CopyTo(sizes[(sizes.Length - x.Rank)..]);
        sizes[^1] = columns.Count;
        int width = x.Sizes[^1], written = 0;
        for (int i = 0; i < columns.Count; i++)
            if (WholeNumbers.At(columns, i, call) is var column && (column < 0 || column >= width)) throw call.Wrong($"column {column}", $"0 to {width - 1}");
        var from = x.ReadAs<T>();
        var to = call.Output.WriteAs<T>(x.Type, sizes);
        for (int start = 0; written < to.Length; start += width)
            for (int i = 0; i < columns.Count; i++) to[written++] = from[start + (int)WholeNumbers.At(columns, i, call)];
    }
}
