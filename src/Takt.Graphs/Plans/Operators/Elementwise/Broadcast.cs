namespace Takt.Graphs.Plans.Operators;

/// <summary>Walks values of different sizes side by side: sizes are aligned at the end, and 1 stretches to whatever the other has.</summary>
static class Broadcast
{
    /// <summary>The common sizes of two values.</summary>
    /// <param name="a">Sizes of one.</param>
    /// <param name="b">Sizes of the other.</param>
    /// <param name="common">As long as the longer of both; may be one of them.</param>
    /// <returns>False if two sizes differ and neither is 1.</returns>
    public static bool Sizes(ReadOnlySpan<int> a, ReadOnlySpan<int> b, Span<int> common)
    {
        for (int back = 1; back <= common.Length; back++)
        {
            int left = back <= a.Length ? a[^back] : 1, right = back <= b.Length ? b[^back] : 1;
            if (left != right && left != 1 && right != 1) return false;
            common[^back] = left == 1 ? right : left;
        }

        return true;
    }

    /// <summary>The common sizes of all inputs of a call from <paramref name="first"/> on, written to <paramref name="room"/>.</summary>
    /// <returns>The part of <paramref name="room"/> that is filled.</returns>
    public static Span<int> Sizes(Call call, int first, Span<int> room)
    {
        int rank = 0;
        for (int i = first; i < call.InputCount; i++) rank = Math.Max(rank, call.Input(i).Rank);
        if (rank > room.Length) throw call.Wrong($"{rank} axes", $"at most {room.Length}");
        var common = room[..rank];
        common.Fill(1);
        for (int i = first; i < call.InputCount; i++)
            if (!Sizes(common, call.Input(i).Sizes, common)) throw call.Wrong($"sizes {Value.Text(common)} and {Value.Text(call.Input(i).Sizes)}", "equal sizes, or 1 where they differ");
        return common;
    }

    /// <summary>How far the next element is along each common axis; 0 where the value is stretched.</summary>
    public static void Steps(ReadOnlySpan<int> sizes, Span<int> steps)
    {
        steps.Clear();
        for (int back = 1, step = 1; back <= sizes.Length; step *= sizes[^back], back++)
            steps[^back] = sizes[^back] == 1 ? 0 : step;
    }

    /// <summary>Joins neighbouring axes that all values walk in the same way, so that rows are long, and drops axes of size 1. What is left stands at the end.</summary>
    /// <param name="sizes">The common sizes.</param>
    /// <param name="steps">The steps of one value after the other, each as long as <paramref name="sizes"/>.</param>
    /// <returns>How many axes are left.</returns>
    public static int Join(Span<int> sizes, Span<int> steps)
    {
        int rank = sizes.Length, inner = rank;
        for (int axis = rank - 1; axis >= 0; axis--)
        {
            if (sizes[axis] == 1) continue;
            bool joins = inner < rank;
            for (int row = 0; joins && row < steps.Length; row += rank) joins = steps[row + axis] == steps[row + inner] * sizes[inner];
            if (joins)
            {
                sizes[inner] *= sizes[axis];
                continue;
            }

            sizes[--inner] = sizes[axis];
            for (int row = 0; row < steps.Length; row += rank) steps[row + inner] = steps[row + axis];
        }

        return rank - inner;
    }

    /// <summary>Where the element at a position stands.</summary>
    public static int Offset(ReadOnlySpan<int> position, ReadOnlySpan<int> steps)
    {
        int offset = 0;
        for (int i = 0; i < position.Length; i++) offset += position[i] * steps[i];
        return offset;
    }

    /// <summary>Moves on to the next position, the last axis first.</summary>
    public static void Advance(Span<int> position, ReadOnlySpan<int> sizes)
    {
        for (int axis = position.Length - 1; axis >= 0; axis--)
        {
            if (++position[axis] < sizes[axis]) return;
            position[axis] = 0;
        }
    }
}
