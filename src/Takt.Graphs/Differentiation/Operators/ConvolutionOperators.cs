using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Convolutions of sequences and images. Uneven padding is laid around first.</summary>
static class ConvolutionOperators
{
    public static Tensor Conv(TapeCall call)
    {
        Tensor x = call.Input(0), w = call.Input(1);
        var windows = Windows.Of(call, x.Shape.Sizes[2..], w.Shape.Sizes[2..].ToArray());
        if (!windows.IsEven) (x, windows) = (PaddingOperators.Around(x, windows, 0), windows with { Before = new int[windows.Axes], After = new int[windows.Axes] });
        int groups = (int)call.Int("group", 1);
        return windows.Axes == 1
            ? x.Conv1d(w, call.Optional(2), windows.Stride[0], windows.Before[0], windows.Dilation[0], groups)
            : x.Conv2d(w, call.Optional(2), Windows.Along(windows.Stride, 1), Windows.Along(windows.Before, 0), Windows.Along(windows.Dilation, 1), groups);
    }

    /// <summary>Computed whole, then cut to what padding leaves.</summary>
    public static Tensor ConvTranspose(TapeCall call)
    {
        Tensor x = call.Input(0), w = call.Input(1);
        var windows = Windows.Of(call, x.Shape.Sizes[2..], w.Shape.Sizes[2..].ToArray());
        int axes = windows.Axes;
        int[] more = [.. call.Ints("output_padding")?.Select(n => (int)n) ?? new int[axes]];
        var (before, after) = CutOf(call, windows, x.Shape.Sizes[2..], more);

        if (axes == 1) (x, w) = (x.Reshape(x.Shape[0], x.Shape[1], 1, x.Shape[2]), w.Reshape(w.Shape[0], w.Shape[1], 1, w.Shape[2]));
        var y = x.ConvTranspose2d(w, call.Optional(2), Windows.Along(windows.Stride, 1), 0, Windows.Along(more, 0), Windows.Along(windows.Dilation, 1), (int)call.Int("group", 1));
        if (axes == 1) y = y.Reshape(y.Shape[0], y.Shape[1], y.Shape[3]);
        for (int i = 0; i < axes; i++)
            if (before[i] > 0 || after[i] > 0) y = y.Slice(2 + i, before[i]..(y.Shape[2 + i] - after[i]));
        return y;
    }

    static (int[] Before, int[] After) CutOf(TapeCall call, Windows windows, ReadOnlySpan<int> image, int[] more)
    {
        string auto = call.Text("auto_pad", "NOTSET");
        var wished = call.Ints("output_shape");
        if (wished is null && auto is not ("SAME_UPPER" or "SAME_LOWER")) return (windows.Before, windows.After);
        int[] before = new int[windows.Axes], after = new int[windows.Axes];
        for (int i = 0; i < before.Length; i++)
        {
            int whole = (windows.Stride[i] * (image[i] - 1)) + more[i] + ((windows.Kernel[i] - 1) * windows.Dilation[i]) + 1;
            int cut = whole - (int)(wished?[wished.Length - before.Length + i] ?? (long)image[i] * windows.Stride[i]);
            if (cut < 0) (more[i], cut) = (more[i] - cut, 0);   // larger than it would be: more of what nothing but the bias reaches
            (before[i], after[i]) = auto == "SAME_UPPER" ? (cut / 2, cut - (cut / 2)) : (cut - (cut / 2), cut / 2);
        }

        return (before, after);
    }
}
