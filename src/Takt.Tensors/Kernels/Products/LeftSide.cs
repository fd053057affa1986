using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>A block of the left side of a product as tiles read it: element (i, k) of a tile at <c>First[i·Row + k·Step]</c>, the next whole tile at <c>First + Tile</c>.</summary>
readonly unsafe struct LeftSide(float* first, nint row, nint step, nint tile)
{
    /// <summary>Floats in a line of the cache: what lies a whole number of pages apart is put one line further.</summary>
    const int Line = 16;

    public float* First => first;

    public nint Row => row;

    public nint Step => step;

    public nint Tile => tile;

    /// <summary>How many floats a copy of a block takes.</summary>
    public static int Room(int rows, int depth) => (rows + Line) * (depth + Line);

    /// <summary>Copies a block so that what was far apart is near.</summary>
    public LeftSide Copy<V>(int rows, int depth, float* target) where V : struct, ILanes<V>
    {
        bool byRows = step == 1;
        var (lines, length, stride) = byRows ? (rows, depth, row) : (depth, rows, step);
        nint near = length + Line;
        for (int line = 0; line < lines; line++)
            new ReadOnlySpan<float>(first + (line * stride), length).CopyTo(new Span<float>(target + (line * near), length));
        return byRows ? new(target, near, 1, Tiles<V>.Height * near) : new(target, 1, near, Tiles<V>.Height);
    }

    /// <summary>Copies a block that is read transposed (<see cref="Row"/> is 1) into strips as high as a tile, k after k: then a tile reads straight on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public LeftSide Strips<V>(int rows, int depth, float* target) where V : struct, ILanes<V>
    {
        int height = Tiles<V>.Height, loaded = (height + V.Count - 1) / V.Count * V.Count;   // vectors reach into the place of the next k, which is written next
        nint strip = (height * depth) + Line;
        for (int k = 0; k < depth; k++)
        {
            float* from = first + (k * step), to = target + (k * height);
            int i = 0;
            for (; i <= rows - loaded; i += height, to += strip)
                for (int j = 0; j < height; j += V.Count) V.Load(from + i + j).Store(to + j);
            for (; i < rows; i += height, to += strip)
                for (int j = 0; j < Math.Min(height, rows - i); j++) to[j] = from[i + j];
        }

        return new(target, 1, height, strip);
    }
}
