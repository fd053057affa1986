using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>The largest pixel of windows of any size, many windows at once: first down the rows of a window, then along them. The largest is the same in whatever order it is sought, so the bits are those of one window after the other.</summary>
static unsafe class LargestOfRows
{
    /// <summary>Floats of working memory that a plane needs: a row with its margins, and the pixels of it that windows read once more, every stride-th side by side.</summary>
    public static int Room(in PoolingSizes sizes)
    {
        int reach = Reach(sizes);
        return sizes.Stride.Width == 1 ? reach : reach + (Phases(sizes) * Phase(reach, sizes.Stride.Width));
    }

    /// <summary>One plane.</summary>
    /// <param name="sizes">Sizes.</param>
    /// <param name="x">Pixels.</param>
    /// <param name="y">The result.</param>
    /// <param name="room">Working memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plane<V>(in PoolingSizes sizes, float* x, float* y, float* room) where V : struct, ILanes<V>
    {
        Extent image = sizes.Image, result = sizes.Result;
        int reach = Reach(sizes), stride = sizes.Stride.Width, left = sizes.Before.Width, inside = Math.Min(image.Width, reach - left), phase = Phase(reach, stride);
        float* line = room, phases = stride == 1 ? room : room + reach;
        new Span<float>(line, reach).Fill(float.NegativeInfinity);
        for (int row = 0; row < result.Height; row++, y += result.Width)
        {
            int top = (row * sizes.Stride.Height) - sizes.Before.Height, first = Math.Max(top, 0), last = Math.Min(top + sizes.Kernel.Height, image.Height);
            Down<V>(x + ((nint)first * image.Width), image.Width, last - first, line + left, inside);
            if (stride != 1) Deal(line, reach, phases, phase, stride, Phases(sizes));
            Along<V>(phases, phase, stride, sizes.Kernel.Width, y, result.Width);
        }
    }

    /// <summary>From the first pixel of the first window to the last of the last.</summary>
    static int Reach(in PoolingSizes sizes) => Math.Max(((sizes.Result.Width - 1) * sizes.Stride.Width) + sizes.Kernel.Width, sizes.Before.Width);

    /// <summary>How many of the pixels within a stride lie in a window.</summary>
    static int Phases(in PoolingSizes sizes) => Math.Min(sizes.Stride.Width, sizes.Kernel.Width);

    /// <summary>How many pixels of the row are a stride apart.</summary>
    static int Phase(int reach, int stride) => (reach + stride - 1) / stride;

    /// <summary>The largest of every column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Down<V>(float* x, int width, int rows, float* line, int count) where V : struct, ILanes<V>
    {
        int column = 0;
        for (; column <= count - V.Count; column += V.Count) Columns<V>(x + column, width, rows, line + column);
        for (; column < count && count >= Lanes4.Count; column += Lanes4.Count)
        {
            column = Math.Min(column, count - Lanes4.Count);   // some a second time
            Columns<Lanes4>(x + column, width, rows, line + column);
        }

        for (; column < count; column++) Columns<Lanes1>(x + column, width, rows, line + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Columns<V>(float* x, int width, int rows, float* line) where V : struct, ILanes<V>
    {
        var largest = V.Fill(float.NegativeInfinity);
        for (int row = 0; row < rows; row++) largest = V.Largest(largest, V.Load(x + ((nint)row * width)));
        largest.Store(line);
    }

    /// <summary>Every stride-th pixel side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Deal(float* line, int count, float* phases, int phase, int stride, int used)
    {
        int at = 0, to = 0;
        if (stride == 2 && used == 2)
            for (; at <= count - 8; at += 8, to += 4)
            {
                Vector128<float> first = Vector128.Load(line + at), second = Vector128.Load(line + at + 4);
                Transposition.Even(first, second).Store(phases + to);
                Transposition.Odd(first, second).Store(phases + phase + to);
            }

        for (int tap = 0; tap < used; tap++)
            for (int from = at + tap, place = to; from < count; from += stride, place++) phases[(tap * phase) + place] = line[from];
    }

    /// <summary>The largest of every window of the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Along<V>(float* phases, int phase, int stride, int kernel, float* y, int count) where V : struct, ILanes<V>
    {
        int column = 0;
        for (; column <= count - V.Count; column += V.Count) Windows<V>(phases + column, phase, stride, kernel, y + column);
        for (; column < count && count >= Lanes4.Count; column += Lanes4.Count)
        {
            column = Math.Min(column, count - Lanes4.Count);
            Windows<Lanes4>(phases + column, phase, stride, kernel, y + column);
        }

        for (; column < count; column++) Windows<Lanes1>(phases + column, phase, stride, kernel, y + column);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Windows<V>(float* phases, int phase, int stride, int kernel, float* y) where V : struct, ILanes<V>
    {
        var largest = V.Load(phases);
        for (int tap = 1; tap < kernel; tap++) largest = V.Largest(largest, V.Load(phases + (tap % stride * phase) + (tap / stride)));
        largest.Store(y);
    }
}
