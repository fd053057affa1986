namespace Takt.Graphs.Plans.Operators;

/// <summary>Which scale and zero point belong to which element: one for all, one a slice along an axis, or one a block of an axis.</summary>
readonly struct ScaleGrid
{
    readonly int _axis, _inner, _block, _blocks;

    ScaleGrid(int run, int axis, int inner, int block, int blocks) => (Run, _axis, _inner, _block, _blocks) = (run, axis, inner, block, blocks);

    /// <summary>So many neighbours always have the same scale.</summary>
    public int Run { get; }

    /// <summary>Works it out from the sizes of both.</summary>
    /// <param name="call">Whose errors these are.</param>
    /// <param name="x">What is quantised.</param>
    /// <param name="scale">The scales.</param>
    /// <param name="axis">The axis that has scales of its own.</param>
    /// <param name="block">Elements along the axis that share a scale, or 0 where none do.</param>
    public static ScaleGrid Of(Call call, Value x, Value scale, long axis, long block)
    {
        if (block == 0 && scale.Count == 1) return new ScaleGrid(Math.Max(1, x.Count), 1, 1, 1, 1);
        if (x.Rank == 0) throw call.Wrong("a scalar with several scales", "one scale");
        int along = call.Axis(axis, x.Rank), inner = 1;
        foreach (int size in x.Sizes[(along + 1)..]) inner *= size;
        if (block == 0)
        {
            if (scale.Rank != 1 || scale.Count != x.Sizes[along]) throw call.Wrong($"scales {Value.Text(scale.Sizes)} for {Value.Text(x.Sizes)}", $"one, or [{x.Sizes[along]}]");
            return new ScaleGrid(Math.Max(1, inner), x.Sizes[along], Math.Max(1, inner), 1, 0);
        }

        bool fits = scale.Rank == x.Rank && block is > 0 and <= int.MaxValue;
        for (int i = 0; fits && i < x.Rank; i++) fits = scale.Sizes[i] == (i == along ? (int)((x.Sizes[i] + block - 1) / block) : x.Sizes[i]);
        if (!fits) throw call.Wrong($"scales {Value.Text(scale.Sizes)} for {Value.Text(x.Sizes)} in blocks of {block}", $"the same sizes, axis {along} divided by {block}");
        return new ScaleGrid(1, x.Sizes[along], Math.Max(1, inner), (int)block, scale.Sizes[along]);
    }

    /// <summary>The scale of an element.</summary>
    public int At(int element)
    {
        int slice = element / _inner;
        return _blocks == 0
            ? slice % _axis
            : _axis == 1 && _blocks == 1 && _inner == 1 ? 0
            : (((slice / _axis * _blocks) + (slice % _axis / _block)) * _inner) + (element % _inner);
    }
}
