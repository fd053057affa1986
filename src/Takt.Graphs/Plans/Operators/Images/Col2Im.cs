using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The way back from windows laid out as columns [batch, channels · window, windows] to the image: pixels in several windows add up.</summary>
sealed class Col2Im(Node node) : Kernel
{
    readonly WindowAttributes _windows = new(node);

    public override void Run(Call call)
    {
        if (call.Input().Type == ElementType.Float64) Run<double>(call);
        else Run<float>(call);
    }

    void Run<T>(Call call) where T : unmanaged, INumber<T>
    {
        var (x, image, block) = (call.Input(0), call.Input(1), call.Input(2));
        int axes = image.Count;
        if (axes is < 1 or > WindowAttributes.MostAxes || block.Count != axes || x.Rank != 3) throw call.Wrong($"columns {Value.Text(x.Sizes)}, an image of {axes} axes and windows of {block.Count}", "[batch, channels · window, windows], and equally many axes");
        Span<int> imageSizes = stackalloc int[axes], kernel = stackalloc int[axes], room = stackalloc int[WindowAttributes.Lists * axes], sizes = stackalloc int[axes + 2];
        Read(call, image, imageSizes);
        Read(call, block, kernel);
        var windows = _windows.Resolve(call, imageSizes, kernel, room);
        int taps = windows.KernelLength, count = windows.ResultLength, pixels = windows.ImageLength;
        if (x.Sizes[1] % taps != 0 || x.Sizes[2] != count) throw call.Wrong($"columns {Value.Text(x.Sizes)}", $"[batch, a multiple of {taps}, {count}]");
        (sizes[0], sizes[1]) = (x.Sizes[0], x.Sizes[1] / taps);
        imageSizes.CopyTo(sizes[2..]);

        int planes = sizes[0] * sizes[1];
        var scratch = call.Scratch.Take<T>(x.Count + ((long)planes * pixels));
        var from = Numbers.Read(x, scratch[..x.Count], call);
        var to = scratch[x.Count..];
        to.Clear();
        Span<int> window = stackalloc int[axes], tap = stackalloc int[axes];
        tap.Clear();
        for (int t = 0; t < taps; t++, Broadcast.Advance(tap, windows.Kernel))
        {
            window.Clear();
            for (int w = 0; w < count; w++, Broadcast.Advance(window, windows.Result))
                if (windows.Place(window, tap, out _) is >= 0 and var place)
                    for (int plane = 0; plane < planes; plane++) to[(plane * pixels) + place] += from[(((plane * taps) + t) * count) + w];
        }

        Numbers.Write<T>(to, call.Output, x.Type, sizes, call);
    }

    static void Read(Call call, Value shape, Span<int> sizes)
    {
        for (int i = 0; i < sizes.Length; i++)
            sizes[i] = WholeNumbers.At(shape, i, call) is > 0 and <= 1 << 24 and var size ? (int)size : throw call.Wrong($"size {WholeNumbers.At(shape, i, call)}", $"1 to {1 << 24:N0}");
    }
}
