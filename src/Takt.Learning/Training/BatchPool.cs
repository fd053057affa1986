using Takt.Learning.Objectives;
using Takt.Tensors;

namespace Takt.Learning.Training;

/// <summary>Walks samples batch by batch. There are at most two sizes, the full one and the last, so at most two batches are made.</summary>
sealed class BatchPool(Shape shape, Objective objective)
{
    readonly Dictionary<int, Batch> _bySize = [];

    /// <summary>The samples of these rows as a batch, valid until the next call.</summary>
    public Batch Fill(Samples samples, ReadOnlySpan<int> rows)
    {
        if (!_bySize.TryGetValue(rows.Length, out var batch)) _bySize.Add(rows.Length, batch = new Batch(rows.Length, shape, objective));
        batch.Fill(samples, rows);
        return batch;
    }
}
