using System.Numerics;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Poolings over any number of axes in any precision, one element at a time.</summary>
static class PlainPooling
{
    /// <summary>Every window of every plane gathered to one number.</summary>
    /// <param name="gathering">How.</param>
    /// <param name="windows">Sizes.</param>
    /// <param name="countsPadding">Whether a mean counts padding, as zeros.</param>
    /// <param name="x">[planes, image].</param>
    /// <param name="y">[planes, result].</param>
    public static void Run<T, TGathering>(TGathering gathering, WindowSizes windows, bool countsPadding, ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged where TGathering : struct, IGathering<T>
    {
        int image = windows.ImageLength, result = windows.ResultLength, taps = windows.KernelLength;
        if (y.IsEmpty) return;
        Span<int> window = stackalloc int[windows.Axes], tap = stackalloc int[windows.Axes];
        for (int plane = 0, to = 0; to < y.Length; plane++)
        {
            var pixels = x.Slice(plane * image, image);
            window.Clear();
            for (int i = 0; i < result; i++, Broadcast.Advance(window, windows.Result))
            {
                var gathered = gathering.Start;
                int count = 0;
                tap.Clear();
                for (int u = 0; u < taps; u++, Broadcast.Advance(tap, windows.Kernel))
                {
                    int place = windows.Place(window, tap, out bool isPadded);
                    if (place >= 0) gathered = gathering.Add(gathered, pixels[place]);
                    if (place >= 0 || (countsPadding && isPadded)) count++;
                }

                y[to++] = gathering.Finish(gathered, count);
            }
        }
    }

    /// <summary>The largest element of every window, and where in x it stands (the first of equals, −1 if there is none). Not a number is larger than any.</summary>
    /// <param name="windows">Sizes.</param>
    /// <param name="least">What a window holds that has no element.</param>
    /// <param name="byColumns">Whether places count column by column (storage_order 1).</param>
    /// <param name="x">[planes, image].</param>
    /// <param name="y">[planes, result].</param>
    /// <param name="places">As many as y, or empty.</param>
    public static void Largest<T>(WindowSizes windows, T least, bool byColumns, ReadOnlySpan<T> x, Span<T> y, Span<long> places) where T : unmanaged, INumber<T>
    {
        int image = windows.ImageLength, result = windows.ResultLength, taps = windows.KernelLength;
        if (y.IsEmpty) return;
        Span<int> window = stackalloc int[windows.Axes], tap = stackalloc int[windows.Axes];
        for (int plane = 0, to = 0; to < y.Length; plane++)
        {
            var pixels = x.Slice(plane * image, image);
            window.Clear();
            for (int i = 0; i < result; i++, to++, Broadcast.Advance(window, windows.Result))
            {
                var largest = least;
                int best = -1;
                tap.Clear();
                for (int u = 0; u < taps; u++, Broadcast.Advance(tap, windows.Kernel))
                    if (windows.Place(window, tap, out _) is >= 0 and var place && (best < 0 || pixels[place] > largest || (T.IsNaN(pixels[place]) && !T.IsNaN(largest))))
                        (best, largest) = (place, pixels[place]);
                y[to] = largest;
                if (!places.IsEmpty) places[to] = best < 0 ? -1 : ((long)plane * image) + (byColumns ? ByColumns(best, windows.Image) : best);
            }
        }
    }

    static long ByColumns(int place, ReadOnlySpan<int> image)
    {
        long turned = 0;
        int length = 1, rest = place;
        foreach (int size in image) length *= size;
        long step = 1;
        foreach (int size in image)
        {
            length /= size;
            turned += rest / length * step;
            (rest, step) = (rest % length, step * size);
        }

        return turned;
    }
}
