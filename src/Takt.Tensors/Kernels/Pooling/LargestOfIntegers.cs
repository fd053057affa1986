using System.Numerics;
using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>The largest of windows of whole numbers, many at once: first down the rows of a window, then along them for every place, of which every stride-th counts.</summary>
static unsafe class LargestOfIntegers
{
    /// <summary>Some planes.</summary>
    public readonly struct Share<T>(PoolingSizes sizes, T* x, T* y, int parts) : IWork where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        public void Run(int part)
        {
            int to = (int)((long)sizes.Planes * (part + 1) / parts), line = Reach(sizes) + (2 * Vector<T>.Count);
            var room = BlockPool.Rent((((2 * line) + (2 * Vector<T>.Count)) * sizeof(T) / sizeof(float)) + 1);
            T* end = x + ((nint)sizes.Planes * sizes.ImageLength);
            for (int plane = (int)((long)sizes.Planes * part / parts); plane < to; plane++)
                Plane(sizes, x + ((nint)plane * sizes.ImageLength), y + ((nint)plane * sizes.ResultLength), (T*)room.Pointer, (T*)room.Pointer + line, (T*)room.Pointer + (2 * line), end);
            BlockPool.Return(room);
        }
    }

    static int Reach(in PoolingSizes sizes) => Math.Max(((sizes.Result.Width - 1) * sizes.Stride.Width) + sizes.Kernel.Width, sizes.Before.Width);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Plane<T>(in PoolingSizes sizes, T* x, T* y, T* line, T* largest, T* beside, T* end) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Extent image = sizes.Image, result = sizes.Result;
        int reach = Reach(sizes), stride = sizes.Stride.Width, left = sizes.Before.Width, inside = Math.Min(image.Width, reach - left), places = ((result.Width - 1) * stride) + 1;
        new Span<T>(line, reach + (2 * Vector<T>.Count)).Fill(T.MinValue);
        new Span<T>(beside, Vector<T>.Count).Fill(T.MinValue);
        for (int i = 0; i < Vector<T>.Count; i++) beside[Vector<T>.Count + i] = i < inside ? T.AllBitsSet : T.Zero;
        for (int row = 0; row < result.Height; row++, y += result.Width)
        {
            int top = (row * sizes.Stride.Height) - sizes.Before.Height, first = Math.Max(top, 0), last = Math.Min(top + sizes.Kernel.Height, image.Height);
            Down(x + ((nint)first * image.Width), image.Width, last - first, line + left, inside, beside, end);
            for (int place = 0; place < places; place += Vector<T>.Count)
            {
                var most = Vector.Load(line + place);
                for (int tap = 1; tap < sizes.Kernel.Width; tap++) most = Vector.Max(most, Vector.Load(line + place + tap));
                most.Store(largest + place);
            }

            for (int column = 0, place = 0; column < result.Width; column++, place += stride) y[column] = largest[place];
        }
    }

    /// <summary>The largest of every column. Of rows shorter than a vector what lies beyond them is masked; the last of all are copied beside, since nothing may be read beyond them.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="width">From row to row.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="line">The result.</param>
    /// <param name="count">Columns.</param>
    /// <param name="beside">A vector of the smallest number, and a mask of the columns.</param>
    /// <param name="end">Behind the last plane.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Down<T>(T* x, int width, int rows, T* line, int count, T* beside, T* end) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (count < Vector<T>.Count)
        {
            Vector<T> smallest = new(T.MinValue), largest = smallest, mask = Vector.Load(beside + Vector<T>.Count);
            for (int row = 0; row < rows; row++, x += width)
            {
                if (x + Vector<T>.Count <= end)
                {
                    largest = Vector.Max(largest, Vector.ConditionalSelect(mask, Vector.Load(x), smallest));
                    continue;
                }

                new ReadOnlySpan<T>(x, count).CopyTo(new Span<T>(beside, count));
                largest = Vector.Max(largest, Vector.Load(beside));
            }

            largest.Store(line);
            return;
        }

        for (int column = 0; column < count; column += Vector<T>.Count)
        {
            int at = Math.Min(column, count - Vector<T>.Count);   // some a second time
            var largest = new Vector<T>(T.MinValue);
            for (int row = 0; row < rows; row++) largest = Vector.Max(largest, Vector.Load(x + ((nint)row * width) + at));
            largest.Store(line + at);
        }
    }
}
