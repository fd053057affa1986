using Takt.Graphs.Plans.Compiling;
using Takt.Tensors;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Transposed convolution: the way back of the convolution that leads from Y to X.</summary>
sealed class ConvTranspose : Kernel
{
    readonly WindowAttributes _windows;
    readonly int _groups;
    readonly long[]? _outputPadding, _outputShape;
    readonly Function? _function;

    public ConvTranspose(Node node)
    {
        _windows = new WindowAttributes(node);
        if (node.Int("group", 1) is var groups and (< 1 or > int.MaxValue)) throw node.Wrong($"group {groups}", "1 or more");
        _groups = (int)node.Int("group", 1);
        (_outputPadding, _outputShape) = (node.Short("output_padding"), node.Short("output_shape"));
        _function = node.FusedActivation is { } fused ? Function.Of(fused) : null;
    }

    public override void Run(Call call)
    {
        Value x = call.Input(0), weight = call.Input(1);
        int axes = x.Rank - 2;
        if (axes is < 1 or > WindowAttributes.MostAxes || weight.Rank != x.Rank || weight.Sizes[0] != x.Sizes[1] || x.Sizes[1] % _groups != 0)
            throw call.Wrong($"X {Value.Text(x.Sizes)}, W {Value.Text(weight.Sizes)} and {_groups} groups", "[batch, channels, image…] and [channels, outputs / groups, kernel…]");
        int channels = x.Sizes[1], outputs = checked(weight.Sizes[1] * _groups);
        var bias = call.OptionalInput(2);
        if (bias is not null && bias.Count != outputs) throw call.Wrong($"a bias of sizes {Value.Text(bias.Sizes)}", $"[{outputs}]");

        Span<int> room = stackalloc int[WindowAttributes.Lists * axes], sizes = stackalloc int[x.Rank];
        (sizes[0], sizes[1]) = (x.Sizes[0], outputs);
        var windows = Resolve(call, x.Sizes[2..], weight.Sizes[2..], sizes[2..], room);
        switch (x.Type)
        {
            case ElementType.Float32:
                var y = call.Output.Write<float>(sizes);
                RunSingle(call, windows, x.Sizes[0], channels, outputs, x.Read<float>(), weight.Read<float>(), bias is null ? default : bias.Read<float>(), y);
                _function?.Apply(y, y);
                break;
            case ElementType.Float64:
                PlainConvolution.RunBack(windows, _groups, channels, outputs, x.Read<double>(), weight.Read<double>(), bias is null ? default : bias.Read<double>(), call.Output.Write<double>(sizes));
                break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }

    void RunSingle(Call call, WindowSizes windows, int batch, int channels, int outputs, ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
    {
        if (y.IsEmpty) return;
        if (windows.Axes <= 2)
        {
            var sizes = new ConvolutionSizes(batch, outputs, Extents.Last(windows.Image, 1), channels, Extents.Last(windows.Kernel, 1))
            {
                Stride = Extents.Last(windows.Strides, 1),
                Dilation = Extents.Last(windows.Dilations, 1),
                Before = Extents.Last(windows.Before, 0),
                After = Extents.Last(windows.After, 0),
                Groups = _groups,
            };
            if (sizes.Result == Extents.Last(windows.Result, 1))
            {
                Extents.CheckPadded(call, (sizes.Result.Height * sizes.Stride.Height, sizes.Result.Width * sizes.Stride.Width),
                    (sizes.Kernel.Height * sizes.Dilation.Height, sizes.Kernel.Width * sizes.Dilation.Width), sizes.After, 1, channels / _groups);   // zeros between the pixels, and the kernel's reach around them
                Convolution.RunBack(sizes, x, weight, bias, y);
                return;
            }
        }

        PlainConvolution.RunBack(windows, _groups, channels, outputs, x, weight, bias, y);
    }

    /// <summary>Sizes of y, and of the convolution from y to x. output_shape, if given, decides the padding; else the padding decides the size.</summary>
    WindowSizes Resolve(Call call, ReadOnlySpan<int> image, ReadOnlySpan<int> kernel, Span<int> made, Span<int> room)
    {
        int axes = image.Length;
        WindowAttributes.CheckWindow(call, kernel);
        Span<int> strides = room[..axes], dilations = room.Slice(axes, axes), before = room.Slice(2 * axes, axes), after = room.Slice(3 * axes, axes);
        _windows.Read(call, kernel.Length, strides, dilations, before, after);
        if (_outputPadding is { Length: > 0 } && _outputPadding.Length != axes) throw call.Wrong($"output_padding of {_outputPadding.Length} numbers", $"{axes}");
        if (_outputShape is { Length: > 0 } && _outputShape.Length != axes) throw call.Wrong($"output_shape of {_outputShape.Length} numbers", $"{axes}");
        for (int axis = 0; axis < axes; axis++)
        {
            long added = _outputPadding is { Length: > 0 } ? _outputPadding[axis] : 0;
            long full = (strides[axis] * (image[axis] - 1L)) + added + ((kernel[axis] - 1L) * dilations[axis]) + 1;
            bool isSame = _windows.Padding is AutoPad.SameUpper or AutoPad.SameLower;
            long size = _outputShape is { Length: > 0 } ? _outputShape[axis] : isSame ? (long)image[axis] * strides[axis] : full - before[axis] - after[axis];
            if (size < 0 || size > Array.MaxLength || added < 0) throw call.Wrong($"a size of {size} at axis {axis}", $"0 to {Array.MaxLength:N0}");
            if (_outputShape is { Length: > 0 } || isSame)
            {
                int total = (int)Math.Clamp(full - size, 0, Array.MaxLength);
                (before[axis], after[axis]) = WindowAttributes.Halves(total, _windows.Padding == AutoPad.SameUpper);
            }

            made[axis] = (int)size;
        }

        return new(made, kernel, strides, dilations, before, after, image);
    }
}
