using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Takt.Tensors.Kernels;

/// <summary>The largest pixel of windows of any size, many windows at once: first down the rows of a window, then along them. The largest is the same in whatever order it is sought, so the bits are those of one window after the other.</summary>
static unsafe class LargestOfRows
{
    /// <summary>Floats of working memory that a plane needs: a row with its margins, and the same row once more with every stride-th pixel side by side.</summary>
    public static int Room(in PoolingSizes sizes) => 2 * (Reach(sizes) + (sizes.Stride.Width * Vector<float>.Count));

    /// <summary>One plane.</summary>
    /// <param name="sizes">Sizes.</param>
    /// <param name="x">Pixels.</param>
    /// <param name="y">The result.</param>
    /// <param name="room">Working memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plane(in PoolingSizes sizes, float* x, float* y, float* room)
    {
        Extent image = sizes.Image, result = sizes.Result;
        int reach = Reach(sizes), stride = sizes.Stride.Width, left = sizes.Before.Width, inside = Math.Min(image.Width, reach - left);
        int phase = ((reach + stride - 1) / stride) + Vector<float>.Count;
        float* line = room, phases = stride == 1 ? room : room + reach + (stride * Vector<float>.Count);
        new Span<float>(line, reach + (stride * Vector<float>.Count)).Fill(float.NegativeInfinity);
        for (int row = 0; row < result.Height; row++, y += result.Width)
        {
            int top = (row * sizes.Stride.Height) - sizes.Before.Height, first = Math.Max(top, 0), last = Math.Min(top + sizes.Kernel.Height, image.Height);
            Down(x + ((nint)first * image.Width), image.Width, last - first, line + left, inside);
            if (stride != 1) Deal(line, reach, phases, phase, stride);
            Along(phases, phase, stride, sizes.Kernel.Width, y, result.Width);
        }
    }

    static int Reach(in PoolingSizes sizes) => Math.Max(((sizes.Result.Width - 1) * sizes.Stride.Width) + sizes.Kernel.Width, sizes.Before.Width);

    /// <summary>The largest of every column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Down(float* x, int width, int rows, float* line, int count)
    {
        int column = 0;
        for (; column <= count - Vector<float>.Count; column += Vector<float>.Count)
        {
            var largest = new Vector<float>(float.NegativeInfinity);
            for (int row = 0; row < rows; row++) largest = Vector.Max(largest, Vector.Load(x + ((nint)row * width) + column));
            largest.Store(line + column);
        }

        for (; column < count; column++)
        {
            float largest = float.NegativeInfinity;
            for (int row = 0; row < rows; row++) largest = MathF.Max(largest, x[((nint)row * width) + column]);
            line[column] = largest;
        }
    }

    /// <summary>Every stride-th pixel side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Deal(float* line, int count, float* phases, int phase, int stride)
    {
        int at = 0, to = 0;
        if (stride == 2)
            for (; at <= count - 8; at += 8, to += 4)
            {
                Vector128<float> first = Vector128.Load(line + at), second = Vector128.Load(line + at + 4);
                Transposition.Even(first, second).Store(phases + to);
                Transposition.Odd(first, second).Store(phases + phase + to);
            }

        for (; at < count; at++) phases[(at % stride * phase) + (at / stride)] = line[at];
    }

    /// <summary>The largest of every window of the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Along(float* phases, int phase, int stride, int kernel, float* y, int count)
    {
        int column = 0;
        for (; column <= count - Vector<float>.Count; column += Vector<float>.Count)
        {
            var largest = Vector.Load(phases + column);
            for (int tap = 1; tap < kernel; tap++) largest = Vector.Max(largest, Vector.Load(phases + (tap % stride * phase) + (tap / stride) + column));
            largest.Store(y + column);
        }

        for (; column < count; column++)
        {
            float largest = phases[column];
            for (int tap = 1; tap < kernel; tap++) largest = MathF.Max(largest, phases[(tap % stride * phase) + (tap / stride) + column]);
            y[column] = largest;
        }
    }
}
