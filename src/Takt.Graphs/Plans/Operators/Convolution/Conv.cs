using Takt.Graphs.Plans.Compiling;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution over one, two or more axes. Then an activation, if one was fused.</summary>
/// <remarks>Sequences are images of height 1. Over three axes, each depth of the result is one convolution over two: its channels are the planes that the kernel's depth meets, and the weights lie right for that already.</remarks>
sealed class Conv : Kernel
{
    readonly WindowAttributes _windows;
    readonly int _groups;
    readonly Function? _function;
    readonly Activation _inside;

    public Conv(Node node)
    {
        _windows = new WindowAttributes(node);
        if (node.Int("group", 1) is var groups and (< 1 or > int.MaxValue)) throw node.Wrong($"group {groups}", "1 or more");
        _groups = (int)node.Int("group", 1);
        _function = node.FusedActivation is { } fused ? Function.Of(fused) : null;
        if (_function?.InProduct is { } inside) (_inside, _function) = (inside, null);
    }

    public override void Run(Call call)
    {
        Value x = call.Input(0), weight = call.Input(1);
        int axes = x.Rank - 2;
        if (axes is < 1 or > WindowAttributes.MostAxes || weight.Rank != x.Rank) throw call.Wrong($"X {Value.Text(x.Sizes)} and W {Value.Text(weight.Sizes)}", "[batch, channels, image…] and [outputs, channels, kernel…]");
        int channels = x.Sizes[1], outputs = weight.Sizes[0];
        if (channels != weight.Sizes[1] * _groups || outputs % _groups != 0)
            throw call.Wrong($"X {Value.Text(x.Sizes)}, W {Value.Text(weight.Sizes)} and {_groups} groups", $"W [a multiple of {_groups}, {channels} / {_groups}, kernel…]");
        var bias = call.OptionalInput(2);
        if (bias is not null && bias.Count != outputs) throw call.Wrong($"a bias of sizes {Value.Text(bias.Sizes)}", $"[{outputs}]");

        Span<int> room = stackalloc int[WindowAttributes.Lists * axes], sizes = stackalloc int[x.Rank];
        var windows = _windows.Resolve(call, x.Sizes[2..], weight.Sizes[2..], room);
        (sizes[0], sizes[1]) = (x.Sizes[0], outputs);
        windows.Result.CopyTo(sizes[2..]);
        switch (x.Type)
        {
            case ElementType.Float32:
                RunSingle(call, windows, channels, outputs, x.Read<float>(), weight.Read<float>(), bias is null ? default : bias.Read<float>(), call.Output.Write<float>(sizes));
                break;
            case ElementType.Float64:
                PlainConvolution.Run(windows, _groups, channels, outputs, x.Read<double>(), weight.Read<double>(), bias is null ? default : bias.Read<double>(), call.Output.Write<double>(sizes));
                break;
            default: throw call.Wrong($"an input of {x.Type}", "Float, Double or Float16");
        }
    }

    void RunSingle(Call call, WindowSizes windows, int channels, int outputs, ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (y.IsEmpty) return;
        int batch = call.Input().Sizes[0];
        if (windows.Axes > 3) PlainConvolution.Run(windows, _groups, channels, outputs, x, weight, bias, y);
        else if (windows.Axes == 3) ByDepth(call, windows, channels, outputs, x, weight, bias, y);
        else Convolution.Run(Flat(call, windows, batch, channels, outputs), x, weight, bias, y, _inside);
        if (windows.Axes > 3 && _inside != Activation.Identity) VectorMath.Apply(_inside, y, y);
        _function?.Apply(y, y);
    }

    /// <summary>The last two axes, or the only one, as the kernel knows them.</summary>
    ConvolutionSizes Flat(Call call, WindowSizes windows, int batch, int channels, int outputs)
    {
        var sizes = new ConvolutionSizes(batch, channels, Last(windows.Image, 1), outputs, Last(windows.Kernel, 1))
        {
            Stride = Last(windows.Strides, 1),
            Dilation = Last(windows.Dilations, 1),
            Before = Last(windows.Before, 0),
            After = Last(windows.After, 0),
            Groups = _groups,
        };
        long padded = (long)(sizes.Image.Height + sizes.Before.Height + sizes.After.Height) * (sizes.Image.Width + sizes.Before.Width + sizes.After.Width) * (channels / _groups);
        return padded <= Array.MaxLength ? sizes : throw call.Wrong($"{padded:N0} elements with the padding", $"at most {Array.MaxLength:N0}");
    }

    static Extent Last(ReadOnlySpan<int> sizes, int otherwise) => sizes.Length == 1 ? (otherwise, sizes[0]) : (sizes[^2], sizes[^1]);

    void ByDepth(Call call, WindowSizes windows, int channels, int outputs, ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        int batch = call.Input().Sizes[0], depth = windows.Image[0], taps = windows.Kernel[0], image = windows.ImageLength / depth, result = windows.Result[0], plane = windows.ResultLength / result;
        var sizes = Flat(call, windows, 1, channels * taps, outputs);
        var room = call.Scratch.Take<float>(((long)channels * taps * image) + ((long)outputs * plane));
        Span<float> pixels = room[..(channels * taps * image)], slice = room[pixels.Length..];
        for (int b = 0; b < batch; b++)
            for (int d = 0; d < result; d++)
            {
                for (int c = 0; c < channels; c++)
                    for (int tap = 0; tap < taps; tap++)
                    {
                        int from = (d * windows.Strides[0]) + (tap * windows.Dilations[0]) - windows.Before[0];
                        var to = pixels.Slice(((c * taps) + tap) * image, image);
                        if (from < 0 || from >= depth) to.Clear();
                        else x.Slice(((((b * channels) + c) * depth) + from) * image, image).CopyTo(to);
                    }

                Convolution.Run(sizes, pixels, weight, bias, slice, _inside);
                for (int o = 0; o < outputs; o++) slice.Slice(o * plane, plane).CopyTo(y[(((((b * outputs) + o) * result) + d) * plane)..]);
            }
    }
}
