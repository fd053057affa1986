using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>The innermost loop of an integer convolution: four outputs (or one) and two (four) vectors of neighbouring windows stay in registers while pairs of products are added.</summary>
static unsafe class DirectIntegerTiles<P> where P : struct, IPairs<P>
{
    /// <summary>How long a line of sums for so many windows is: whole tiles, and a line of the cache more, so that the four do not share its sets.</summary>
    public static int LineLength(int windows) => ((windows + (4 * P.Count) - 1) / (4 * P.Count) * 4 * P.Count) + 16;

    /// <summary>Lines of sums.</summary>
    /// <param name="height">Outputs: 4 or 1.</param>
    /// <param name="pixels">The pair of the first window's first pixel; so many windows and a tile more can be read from there on.</param>
    /// <param name="windows">Windows, each one place after the other.</param>
    /// <param name="taps">Where each pair of products finds its pixels.</param>
    /// <param name="depth">Pairs of a sum.</param>
    /// <param name="filters">For each pair of products the weights of the outputs side by side.</param>
    /// <param name="target">The line of the first output, written to the end of the last tile.</param>
    /// <param name="line">From line to line.</param>
    public static void Run(int height, int* pixels, int windows, int* taps, int depth, int* filters, int* target, nint line)
    {
        if (height == 4) Run4(pixels, windows, taps, depth, filters, target, line);
        else Run1(pixels, windows, taps, depth, filters, target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run4(int* pixels, int windows, int* taps, int depth, int* filters, int* target, nint line)
    {
        for (int width = 2 * P.Count; windows > 0; windows -= width, pixels += width, target += width)
        {
            P left0 = P.Fill(0), left1 = left0, left2 = left0, left3 = left0, right0 = left0, right1 = left0, right2 = left0, right3 = left0;
            int* w = filters;
            for (int k = 0; k < depth; k++, w += 4)
            {
                int* source = pixels + taps[k];
                P left = P.Load(source), right = P.Load(source + P.Count), weight = P.Fill(w[0]);
                (left0, right0) = (P.AddProducts(left0, weight, left), P.AddProducts(right0, weight, right));
                weight = P.Fill(w[1]);
                (left1, right1) = (P.AddProducts(left1, weight, left), P.AddProducts(right1, weight, right));
                weight = P.Fill(w[2]);
                (left2, right2) = (P.AddProducts(left2, weight, left), P.AddProducts(right2, weight, right));
                weight = P.Fill(w[3]);
                (left3, right3) = (P.AddProducts(left3, weight, left), P.AddProducts(right3, weight, right));
            }

            left0.Store(target);
            right0.Store(target + P.Count);
            left1.Store(target + line);
            right1.Store(target + line + P.Count);
            left2.Store(target + (2 * line));
            right2.Store(target + (2 * line) + P.Count);
            left3.Store(target + (3 * line));
            right3.Store(target + (3 * line) + P.Count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    static void Run1(int* pixels, int windows, int* taps, int depth, int* filters, int* target)
    {
        for (int width = 4 * P.Count; windows > 0; windows -= width, pixels += width, target += width)
        {
            P first = P.Fill(0), second = first, third = first, last = first;
            for (int k = 0; k < depth; k++)
            {
                int* source = pixels + taps[k];
                var weight = P.Fill(filters[k]);
                (first, second) = (P.AddProducts(first, weight, P.Load(source)), P.AddProducts(second, weight, P.Load(source + P.Count)));
                (third, last) = (P.AddProducts(third, weight, P.Load(source + (2 * P.Count))), P.AddProducts(last, weight, P.Load(source + (3 * P.Count))));
            }

            first.Store(target);
            second.Store(target + P.Count);
            third.Store(target + (2 * P.Count));
            last.Store(target + (3 * P.Count));
        }
    }
}
