using Takt.Graphs.Plans.Compiling;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Windows of [batch, channels, image…], each to one number: what all poolings have in common.</summary>
abstract class Pool : Kernel
{
    readonly WindowAttributes _windows;

    protected Pool(Node node)
    {
        _windows = new WindowAttributes(node);
        if (_windows.Kernel is null) throw node.Wrong("no kernel_shape", "the sizes of the window");
    }

    public sealed override void Run(Call call)
    {
        var x = call.Input();
        int axes = x.Rank - 2;
        if (axes is < 1 or > WindowAttributes.MostAxes || _windows.Kernel!.Length != axes) throw call.Wrong($"X of sizes {Value.Text(x.Sizes)}", $"[batch, channels, image…] with {_windows.Kernel!.Length} axes of the image");
        Span<int> room = stackalloc int[WindowAttributes.Lists * axes], sizes = stackalloc int[x.Rank];
        var windows = Resolve(call, x.Sizes[2..], room);
        x.Sizes[..2].CopyTo(sizes);
        windows.Result.CopyTo(sizes[2..]);
        Run(call, x, windows, sizes);
    }

    /// <summary>The windows of one image.</summary>
    /// <param name="call">The node, for errors.</param>
    /// <param name="image">Sizes of the image.</param>
    /// <param name="room">Room for <see cref="WindowAttributes.Lists"/> numbers an axis.</param>
    public WindowSizes Resolve(Call call, ReadOnlySpan<int> image, Span<int> room) =>
        _windows.Kernel!.Length == image.Length ? _windows.Resolve(call, image, _windows.Kernel, room) : throw call.Wrong($"a window of {_windows.Kernel.Length} axes", $"{image.Length}");

    /// <summary>Gathers every window.</summary>
    /// <param name="call">Inputs and outputs.</param>
    /// <param name="x">The first input.</param>
    /// <param name="windows">Sizes of the windows.</param>
    /// <param name="sizes">Sizes of the result.</param>
    protected abstract void Run(Call call, Value x, WindowSizes windows, ReadOnlySpan<int> sizes);

    /// <summary>The sizes as the fast kernels know them: one or two axes, neighbouring taps. False for others.</summary>
    public static bool TryFlat(int planes, WindowSizes windows, bool countsPadding, out PoolingSizes sizes)
    {
        sizes = default;
        if (windows.Axes > 2 || windows.ImageLength == 0 || windows.ResultLength == 0 || windows.Dilations.ContainsAnyExcept(1)) return false;
        Extent image = Extents.Last(windows.Image, 1), kernel = Extents.Last(windows.Kernel, 1), stride = Extents.Last(windows.Strides, 1), before = Extents.Last(windows.Before, 0), result = Extents.Last(windows.Result, 1), after = Extents.Last(windows.After, 0);
        Extent reach = (Behind(result.Height, stride.Height, kernel.Height, image.Height, before.Height), Behind(result.Width, stride.Width, kernel.Width, image.Width, before.Width));
        bool overhangs = reach.Height > after.Height || reach.Width > after.Width;   // rounded up: what lies beyond the padding counts for nothing
        if (overhangs && countsPadding) return false;
        sizes = new PoolingSizes(planes, image, kernel)
        {
            Stride = stride,
            Before = before,
            After = (Math.Max(reach.Height, after.Height), Math.Max(reach.Width, after.Width)),
            CountsPadding = countsPadding,
        };
        return sizes.Result == result;
    }

    static int Behind(int windows, int stride, int kernel, int image, int before) => ((windows - 1) * stride) + kernel - image - before;
}
