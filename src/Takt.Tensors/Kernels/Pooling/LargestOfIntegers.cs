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
            int end = (int)((long)sizes.Planes * (part + 1) / parts), line = Reach(sizes) + (2 * Vector<T>.Count);
            var room = BlockPool.Rent((((2 * line) + Vector<T>.Count) * sizeof(T) / sizeof(float)) + 1);
            for (int plane = (int)((long)sizes.Planes * part / parts); plane < end; plane++)
                Plane(sizes, x + ((nint)plane * sizes.ImageLength), y + ((nint)plane * sizes.ResultLength), (T*)room.Pointer, (T*)room.Pointer + line, (T*)room.Pointer + (2 * line));
            BlockPool.Return(room);
        }
    }

    static int Reach(in PoolingSizes sizes) => Math.Max(((sizes.Result.Width - 1) * sizes.Stride.Width) + sizes.Kernel.Width, sizes.Before.Width);

    static void Plane<T>(in PoolingSizes sizes, T* x, T* y, T* line, T* largest, T* beside) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        Extent image = sizes.Image, result = sizes.Result;
        int reach = Reach(sizes), stride = sizes.Stride.Width, left = sizes.Before.Width, inside = Math.Min(image.Width, reach - left), places = ((result.Width - 1) * stride) + 1;
        new Span<T>(line, reach + (2 * Vector<T>.Count)).Fill(T.MinValue);
        new Span<T>(beside, Vector<T>.Count).Fill(T.MinValue);
        for (int row = 0; row < result.Height; row++, y += result.Width)
        {
            int top = (row * sizes.Stride.Height) - sizes.Before.Height, first = Math.Max(top, 0), last = Math.Min(top + sizes.Kernel.Height, image.Height);
            Down(x + ((nint)first * image.Width), image.Width, last - first, line + left, inside, beside);
            for (int place = 0; place < places; place += Vector<T>.Count)
            {
                var most = Vector.Load(line + place);
                for (int tap = 1; tap < sizes.Kernel.Width; tap++) most = Vector.Max(most, Vector.Load(line + place + tap));
                most.Store(largest + place);
            }

            for (int column = 0, place = 0; column < result.Width; column++, place += stride) y[column] = largest[place];
        }
    }

    /// <summary>The largest of every column. Rows shorter than a vector are copied beside first: <paramref name="beside"/> holds a vector of the smallest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Down<T>(T* x, int width, int rows, T* line, int count, T* beside) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        if (count < Vector<T>.Count)
        {
            var largest = new Vector<T>(T.MinValue);
            for (int row = 0; row < rows; row++)
            {
                new ReadOnlySpan<T>(x + ((nint)row * width), count).CopyTo(new Span<T>(beside, count));
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
