using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>The windows of a convolution or pool, axis by axis; sequences have one axis, images two.</summary>
/// <param name="Kernel">Taps.</param>
/// <param name="Stride">From window to window.</param>
/// <param name="Dilation">From tap to tap.</param>
/// <param name="Before">Padding in front.</param>
/// <param name="After">Padding behind.</param>
sealed record Windows(int[] Kernel, int[] Stride, int[] Dilation, int[] Before, int[] After)
{
    public int Axes => Kernel.Length;

    /// <summary>Whether padding is the same on both sides.</summary>
    public bool IsEven => Before.AsSpan().SequenceEqual(After);

    /// <summary>Reads the attributes of a node.</summary>
    /// <param name="call">The node.</param>
    /// <param name="image">Sizes of the image or sequence.</param>
    /// <param name="kernel">Sizes of the kernel where the weights say them; else the attribute does.</param>
    public static Windows Of(TapeCall call, ReadOnlySpan<int> image, int[]? kernel = null)
    {
        kernel ??= Numbers(call.Ints("kernel_shape")) ?? throw call.Wrong("no kernel_shape", "the sizes of the windows");
        int axes = kernel.Length;
        if (axes is < 1 or > 2 || image.Length != axes) throw call.Wrong($"windows over {axes} axes of {image.Length}", "sequences or images: 1 or 2");
        int[] ones = [.. Enumerable.Repeat(1, axes)];
        int[] stride = Numbers(call.Ints("strides")) ?? ones, dilation = Numbers(call.Ints("dilations")) ?? ones;
        int[] pads = Numbers(call.Ints("pads")) ?? new int[2 * axes], before = pads[..axes], after = pads[axes..];
        string auto = call.Text("auto_pad", "NOTSET");
        for (int i = 0; i < axes; i++)
        {
            if (auto is not ("SAME_UPPER" or "SAME_LOWER")) break;
            int reach = ((kernel[i] - 1) * dilation[i]) + 1, windows = (image[i] + stride[i] - 1) / stride[i], missing = Math.Max(0, ((windows - 1) * stride[i]) + reach - image[i]);
            (before[i], after[i]) = auto == "SAME_UPPER" ? (missing / 2, missing - (missing / 2)) : (missing - (missing / 2), missing / 2);
        }

        return new(kernel, stride, dilation, before, after);
    }

    /// <summary>More padding behind, so that a last window that reaches beyond counts too; one that would begin in the padding behind does not.</summary>
    public Windows RoundedUp(ReadOnlySpan<int> image)
    {
        int[] after = [.. After];
        for (int i = 0; i < Axes; i++)
        {
            int reach = ((Kernel[i] - 1) * Dilation[i]) + 1, padded = image[i] + Before[i] + After[i];
            int windows = ((padded - reach + Stride[i] - 1) / Stride[i]) + 1;
            if ((windows - 1) * Stride[i] >= image[i] + Before[i]) windows--;
            after[i] = Math.Max(after[i], ((windows - 1) * Stride[i]) + reach - image[i] - Before[i]);
        }

        return this with { After = after };
    }

    /// <summary>Numbers of an axis each as height and width; a sequence is an image of height 1.</summary>
    public static Extent Along(int[] numbers, int height) => numbers.Length == 1 ? (height, numbers[0]) : (numbers[0], numbers[1]);

    static int[]? Numbers(long[]? numbers) => numbers is null ? null : [.. numbers.Select(n => (int)n)];
}
