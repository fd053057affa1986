using System.Runtime.CompilerServices;

namespace Takt.Tensors.Kernels;

/// <summary>The innermost loop of a direct convolution: four outputs and three vectors of neighbouring windows stay in registers while the products of a sum run. Twelve sums hide the latency of a multiply-add, and fit 16 registers.</summary>
static unsafe class DirectTiles<V> where V : struct, ILanes<V>
{
    /// <summary>Outputs in a tile.</summary>
    public const int Height = 4;

    /// <summary>Windows in a tile.</summary>
    public static int Width => 3 * V.Count;

    /// <summary>How many floats the filters of one group take.</summary>
    public static int Length(int outputs, int depth) => checked((outputs + Height - 1) / Height * Height * depth);

    /// <summary>How long the line of an output is: whole tiles, and a line of the cache more, so that the four do not share its sets.</summary>
    public static int LineLength(int windows) => ((windows + Width - 1) / Width * Width) + 16;

    /// <summary>Lays w [groups · outputs, depth] as the loop reads it: of four outputs the weights side by side, product after product. The last panel of a group is filled up with zeros.</summary>
    public static void Pack(in ConvolutionSizes sizes, float* weight, float* target)
    {
        for (int group = 0; group < sizes.Groups; group++, weight += (nint)sizes.GroupOutputs * sizes.Depth)
            for (int top = 0; top < sizes.GroupOutputs; top += Height)
                for (int k = 0; k < sizes.Depth; k++)
                    for (int row = 0; row < Height; row++) *target++ = top + row < sizes.GroupOutputs ? weight[((nint)(top + row) * sizes.Depth) + k] : 0;
    }

    /// <summary>Four lines of sums.</summary>
    /// <param name="pixels">The first window's first pixel; so many windows and a tile more can be read from there on.</param>
    /// <param name="windows">Windows, each one place after the other.</param>
    /// <param name="taps">Where each product finds its pixel.</param>
    /// <param name="depth">Products of a sum.</param>
    /// <param name="filters">A panel.</param>
    /// <param name="starts">What the sums of each output begin with.</param>
    /// <param name="isRelu">Whether the sums end with max(x, 0).</param>
    /// <param name="target">The line of the first output, written to the end of the last tile.</param>
    /// <param name="line">From line to line.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(float* pixels, int windows, int* taps, int depth, float* filters, float* starts, bool isRelu, float* target, nint line)
    {
        float* target2 = target + (2 * line);
        for (; windows > 0; windows -= Width, pixels += Width, target += Width, target2 += Width)
        {
            V left0 = V.Fill(starts[0]), middle0 = left0, right0 = left0, left1 = V.Fill(starts[1]), middle1 = left1, right1 = left1;
            V left2 = V.Fill(starts[2]), middle2 = left2, right2 = left2, left3 = V.Fill(starts[3]), middle3 = left3, right3 = left3;
            float* w = filters;
            for (int k = 0; k < depth; k++, w += Height)
            {
                float* source = pixels + taps[k];
                V left = V.Load(source), middle = V.Load(source + V.Count), right = V.Load(source + (2 * V.Count)), weight = V.Fill(w[0]);
                left0 = V.MultiplyAdd(weight, left, left0);
                middle0 = V.MultiplyAdd(weight, middle, middle0);
                right0 = V.MultiplyAdd(weight, right, right0);
                weight = V.Fill(w[1]);
                left1 = V.MultiplyAdd(weight, left, left1);
                middle1 = V.MultiplyAdd(weight, middle, middle1);
                right1 = V.MultiplyAdd(weight, right, right1);
                weight = V.Fill(w[2]);
                left2 = V.MultiplyAdd(weight, left, left2);
                middle2 = V.MultiplyAdd(weight, middle, middle2);
                right2 = V.MultiplyAdd(weight, right, right2);
                weight = V.Fill(w[3]);
                left3 = V.MultiplyAdd(weight, left, left3);
                middle3 = V.MultiplyAdd(weight, middle, middle3);
                right3 = V.MultiplyAdd(weight, right, right3);
            }

            if (isRelu)
            {
                var zero = V.Fill(0);
                (left0, middle0, right0) = (V.AtLeast(left0, zero), V.AtLeast(middle0, zero), V.AtLeast(right0, zero));
                (left1, middle1, right1) = (V.AtLeast(left1, zero), V.AtLeast(middle1, zero), V.AtLeast(right1, zero));
                (left2, middle2, right2) = (V.AtLeast(left2, zero), V.AtLeast(middle2, zero), V.AtLeast(right2, zero));
                (left3, middle3, right3) = (V.AtLeast(left3, zero), V.AtLeast(middle3, zero), V.AtLeast(right3, zero));
            }

            left0.Store(target);
            middle0.Store(target + V.Count);
            right0.Store(target + (2 * V.Count));
            left1.Store(target + line);
            middle1.Store(target + line + V.Count);
            right1.Store(target + line + (2 * V.Count));
            left2.Store(target2);
            middle2.Store(target2 + V.Count);
            right2.Store(target2 + (2 * V.Count));
            left3.Store(target2 + line);
            middle3.Store(target2 + line + V.Count);
            right3.Store(target2 + line + (2 * V.Count));
        }
    }
}
