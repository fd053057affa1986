using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The data with slices of updates written where index tuples say; the last axis of the indices holds one number for each leading axis of the data.</summary>
sealed class ScatterND(Node node) : ScatterKernel(node)
{
    protected override void Scatter<T, TWrite>(Call call, ReadOnlySpan<T> updates, Span<T> y, TWrite write)
    {
        var (data, indices) = (call.Input(0), call.Input(1));
        if (indices.Rank == 0 || indices.Sizes[^1] > data.Rank) throw call.Wrong($"indices of sizes {Value.Text(indices.Sizes)}", $"a last axis of at most {data.Rank}");
        int tuple = indices.Sizes[^1], run = 1, tuples = 1;
        foreach (int size in data.Sizes[tuple..]) run *= size;
        foreach (int size in indices.Sizes[..^1]) tuples *= size;
        if (updates.Length != tuples * run) throw call.Wrong($"updates of sizes {Value.Text(call.Input(2).Sizes)}", $"{tuples} slices of {Value.Text(data.Sizes[tuple..])}");
        for (int i = 0; i < tuples; i++)
        {
            int at = 0;
            for (int k = 0; k < tuple; k++) at = (at * data.Sizes[k]) + WholeNumbers.Index(indices, (i * tuple) + k, data.Sizes[k], call);
            for (int k = 0; k < run; k++) y[(at * run) + k] = write.Of(y[(at * run) + k], updates[(i * run) + k]);
        }
    }
}
