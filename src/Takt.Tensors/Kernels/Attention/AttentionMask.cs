namespace Takt.Tensors.Kernels;

/// <summary>Which query may see which key, stretched over batch, heads and queries by distances of 0.</summary>
public readonly ref struct AttentionMask
{
    readonly ReadOnlySpan<bool> _all;
    readonly int _heads, _perBatch, _perHead;

    /// <summary>A mask of a shape that broadcasts to [batch, heads, queries, keys].</summary>
    /// <param name="all">Its elements: true lets through.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="sizes">Of the attention.</param>
    /// <exception cref="ShapeException">The shape does not broadcast, or has another number of elements.</exception>
    public AttentionMask(ReadOnlySpan<bool> all, ReadOnlySpan<int> shape, AttentionSizes sizes)
    {
        Span<int> strides = stackalloc int[4];
        ReadOnlySpan<int> wanted = [sizes.Batch, sizes.Heads, sizes.Queries, sizes.Keys];
        int count = 1;
        for (int back = 1; back <= shape.Length; count *= shape[^back++])
        {
            if (back > 4 || (shape[^back] != 1 && shape[^back] != wanted[^back]))
                throw new ShapeException("Attention", $"a mask [{string.Join(", ", shape.ToArray())}]", $"one that broadcasts to [{string.Join(", ", wanted.ToArray())}]: batch, heads, queries, keys", "Reshape it: a mask of keys per sequence is [batch, 1, 1, keys].");
            strides[^back] = shape[^back] == 1 ? 0 : count;
        }

        if (all.Length != count) throw new ShapeException("Attention", $"{all.Length} elements of a mask [{string.Join(", ", shape.ToArray())}]", $"{count}", "Give as many elements as the shape has.");

        _all = all;
        (_heads, _perBatch, _perHead, PerQuery, PerKey) = (sizes.Heads, strides[0], strides[1], strides[2], strides[3]);
    }

    AttentionMask(ReadOnlySpan<bool> part, int perQuery, int perKey)
    {
        _all = part;
        (PerQuery, PerKey) = (perQuery, perKey);
    }

    /// <summary>The elements from the first query and key on.</summary>
    public ReadOnlySpan<bool> Values => _all;

    /// <summary>Distance from query to query.</summary>
    public int PerQuery { get; }

    /// <summary>Distance from key to key.</summary>
    public int PerKey { get; }

    /// <summary>The mask of one head.</summary>
    internal AttentionMask Of(int head) => _all.IsEmpty ? default : new(_all[((head / _heads * _perBatch) + (head % _heads * _perHead))..], PerQuery, PerKey);
}
