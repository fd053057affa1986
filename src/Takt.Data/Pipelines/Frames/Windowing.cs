using Takt.Data.Pipelines.Steps;

namespace Takt.Data.Pipelines.Frames;

/// <summary>Cuts prepared rows into windows, group by group.</summary>
static class Windowing
{
    /// <summary>From prepared rows, [rows, features], to [windows, length, features].</summary>
    public static FeatureBatch Cut(float[] values, int features, RowOrder order, FittedWindow window, WindowRows which)
    {
        var ends = new List<(int Group, int End)>();
        for (int group = 0; group < order.GroupCount; group++)
            foreach (int end in window.Ends(order.Group(group).Length, which))
                ends.Add((group, end));

        int size = checked(window.Length * features);
        float[] windows = new float[checked(ends.Count * size)];
        int[] rows = new int[ends.Count];
        for (int w = 0; w < rows.Length; w++)
        {
            var history = order.Group(ends[w].Group);
            var sample = windows.AsSpan(w * size, size);
            for (int step = 0; step < window.Length; step++)
            {
                int position = ends[w].End - window.Length + 1 + step;
                if (position < 0 && window.Padding == WindowPadding.Zero) continue;
                int row = history[Math.Max(0, position)];
                values.AsSpan(row * features, features).CopyTo(sample[(step * features)..]);
            }

            rows[w] = history[ends[w].End];
        }

        return new(windows, rows.Length, [window.Length, features], rows);
    }
}
