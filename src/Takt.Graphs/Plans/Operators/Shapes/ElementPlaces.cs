namespace Takt.Graphs.Plans.Operators;

/// <summary>Places that are those of the indices themselves, but along one axis what the index says.</summary>
static class ElementPlaces
{
    public static void Check(Call call, Value data, Value indices, int axis)
    {
        if (indices.Rank != data.Rank) throw call.Wrong($"indices of sizes {Value.Text(indices.Sizes)}", $"{data.Rank} axes");
        for (int i = 0; i < data.Rank; i++)
            if (i != axis && indices.Sizes[i] > data.Sizes[i]) throw call.Wrong($"indices of sizes {Value.Text(indices.Sizes)}", $"at most {Value.Text(data.Sizes)} beside axis {axis}");
    }

    /// <summary>Where in the data the element belongs that stands at a position of the indices.</summary>
    public static int Of(Call call, Value data, Value indices, int axis, int place, ReadOnlySpan<int> position)
    {
        int at = 0;
        for (int i = 0; i < position.Length; i++) at = (at * data.Sizes[i]) + (i == axis ? WholeNumbers.Index(indices, place, data.Sizes[i], call) : position[i]);
        return at;
    }
}
