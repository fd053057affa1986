namespace Takt.Graphs.Plans.Operators;

/// <summary>Walks values of different sizes side by side: sizes are aligned at the end, and 1 stretches to whatever the other has.</summary>
static class Broadcast
{
    /// <summary>The common sizes of two values.</summary>
    /// <param name="a">Sizes of one.</param>
    /// <param name="b">Sizes of the other.</param>
    /// <param name="common">As long as the longer of both.</param>
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

    /// <summary>How far the next element is along each common axis; 0 where the value is stretched.</summary>
    public static void Steps(ReadOnlySpan<int> sizes, Span<int> steps)
    {
        steps.Clear();
        for (int back = 1, step = 1; back <= sizes.Length; step *= sizes[^back], back++)
            steps[^back] = sizes[^back] == 1 ? 0 : step;
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
