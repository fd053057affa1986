using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Takes the slices that index tuples name: the last axis of the indices holds one number for each leading axis of the data, behind the axes that both share.</summary>
sealed class GatherND(Node node) : MovingKernel
{
    readonly long _shared = node.Int("batch_dims", 0);

    protected override void Run<T>(Call call)
    {
        var (data, indices) = (call.Input(0), call.Input(1));
        if (indices.Rank == 0 || _shared < 0 || _shared >= indices.Rank) throw call.Wrong($"indices of sizes {Value.Text(indices.Sizes)} with batch_dims {_shared}", "at least one axis more");
        int shared = (int)_shared, tuple = indices.Sizes[^1], named = shared + tuple;
        if (named > data.Rank || !indices.Sizes[..shared].SequenceEqual(data.Sizes[..shared])) throw call.Wrong($"index tuples of {tuple} for sizes {Value.Text(data.Sizes)}", $"at most {data.Rank - shared}, and equal leading sizes");

        var from = data.ReadAs<T>();
        Span<int> sizes = stackalloc int[indices.Rank - 1 + data.Rank - named];
        indices.Sizes[..^1].CopyTo(sizes);
        data.Sizes[named..].CopyTo(sizes[(indices.Rank - 1)..]);
        var to = call.Output.WriteAs<T>(data.Type, sizes);
        if (to.IsEmpty) return;
        int run = 1, batches = 1;
        foreach (int size in data.Sizes[named..]) run *= size;
        foreach (int size in data.Sizes[..shared]) batches *= size;
        int tuples = to.Length / run, perBatch = tuples / batches;
        for (int i = 0; i < tuples; i++)
        {
            int at = i / perBatch;
            for (int k = 0; k < tuple; k++) at = (at * data.Sizes[shared + k]) + WholeNumbers.Index(indices, (i * tuple) + k, data.Sizes[shared + k], call);
            from.Slice(at * run, run).CopyTo(to[(i * run)..]);
        }
    }
}
