using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>Sums over rows, row after row.</summary>
static unsafe class RowSums<V> where V : struct, ILanes<V>
{
    /// <summary>target[j] += Σ rows[i, j].</summary>
    /// <param name="rows">The first row.</param>
    /// <param name="next">From one row to the next.</param>
    /// <param name="count">How many rows.</param>
    /// <param name="target">Where their sums are added.</param>
    /// <param name="width">How many numbers of a row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(float* rows, nint next, int count, float* target, int width)
    {
        for (; count >= 4; count -= 4, rows += 4 * next)   // four rows at a time, read straight on: the sums wait in the first-level cache
        {
            float* row1 = rows + next, row2 = row1 + next, row3 = row2 + next;
            int j = 0;
            for (; j <= width - V.Count; j += V.Count)
                (V.Load(target + j) + V.Load(rows + j) + V.Load(row1 + j) + V.Load(row2 + j) + V.Load(row3 + j)).Store(target + j);
            for (; j < width; j++) target[j] = target[j] + rows[j] + row1[j] + row2[j] + row3[j];
        }

        for (; count > 0; count--, rows += next)
            for (int j = 0; j < width; j++) target[j] += rows[j];
    }
}
