using Takt.Graphs.Onnx;
using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>The sizes that stay open, and what each of them is in either pass. A pair of numbers that differ tells which size is meant.</summary>
sealed class OpenSizes
{
    /// <summary>The batch of the two passes: more than one row, since a size of 1 stretches and would hide mistakes.</summary>
    const int SmallBatch = 2;

    readonly Dictionary<string, (int Here, int Other)> _pairs = [];

    /// <summary>Gives every open size its pair; the differences are different, so no two pairs are alike.</summary>
    public OpenSizes(IReadOnlyList<TracedInput> inputs)
    {
        foreach (var input in inputs)
            foreach (var (axis, name) in input.Open)
                if (!_pairs.ContainsKey(name))
                {
                    int here = axis == 0 ? SmallBatch : Math.Max(input.Sample.Shape[axis], SmallBatch);
                    _pairs[name] = (here, here + _pairs.Count + 1);
                }
    }

    /// <summary>The sample at the sizes of one pass, its elements taken again and again.</summary>
    public Tensor Fill(TracedInput input, bool other)
    {
        var sample = input.Sample;
        foreach (var (axis, name) in input.Open)
        {
            int size = other ? _pairs[name].Other : _pairs[name].Here, given = sample.Shape[axis];
            sample = sample.Gather(axis, Tensor.OfIndices([.. Enumerable.Range(0, size).Select(i => (long)i % given)], size));
        }

        return sample;
    }

    /// <summary>The sizes of a value as the graph declares them; one that differs and has no name yet gets the one given.</summary>
    public IEnumerable<Dimension> Describe(Shape here, Shape other, string unnamed) =>
        here.Select((size, axis) => size == other[axis] ? size : _pairs.FirstOrDefault(p => p.Value == (size, other[axis])).Key ?? (Dimension)$"{unnamed}_{axis}");
}
