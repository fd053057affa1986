using Takt.Graphs.Plans.Compiling;
using Takt.Tensors;
using Takt.Tensors.Kernels;
using Takt.Tensors.Threading;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution over one, two or more axes; plus another value, then an activation, then the largest of windows, if a rewrite fused them.</summary>
/// <remarks>
/// Sequences are images of height 1. Over three axes, each depth of the result is one convolution over two: its channels are the planes that the kernel's depth meets, and the weights lie right for that already.
/// </remarks>
sealed class Conv : Kernel
{
    /// <summary>The input that holds what is added to the result; no operator of ONNX has it.</summary>
    public const int Addend = 3;

    readonly WindowAttributes _windows;
    readonly int _groups;
    readonly Function? _function;
    readonly Activation _inside;
    readonly PackedFilters? _filters;
    readonly int[]? _packed;   // sizes of the weights
    readonly MaxPool? _pool;

    public Conv(Node node)
    {
        _windows = new WindowAttributes(node);
        if (node.Int("group", 1) is var groups and (< 1 or > int.MaxValue)) throw node.Wrong($"group {groups}", "1 or more");
        _groups = (int)node.Int("group", 1);
        _function = node.FusedActivation is { } fused ? Function.Of(fused) : null;
        if (_function?.InProduct is { } inside) (_inside, _function) = (inside, null);
        if (node.FusedPool is { } pool) _pool = new MaxPool(pool);
        if (node.Constant(1) is not { Type: ElementType.Float32, Rank: 3 or 4 or 5, Count: > 0 } weight || weight.Sizes[0] % _groups != 0) return;
        if (node.Has(2) && (node.Constant(2) is not { Type: ElementType.Float32 } constant || constant.Count != weight.Sizes[0])) return;
        _packed = weight.Sizes.ToArray();
        _filters = PackedFilters.Pack(Flat(_packed), weight.Read<float>(), node.Constant(2) is { } bias ? bias.Read<float>() : default);
        node.TakeConstant(1);
        node.TakeConstant(2);
    }

    public override void Run(Call call)
    {
        var x = call.Input(0);
        var kernel = _packed ?? call.Input(1).Sizes;
        int axes = x.Rank - 2;
        if (axes is < 1 or > WindowAttributes.MostAxes || kernel.Length != x.Rank) throw call.Wrong($"X {Value.Text(x.Sizes)} and W {Value.Text(kernel)}", "[batch, channels, image…] and [outputs, channels, kernel…]");
        int channels = x.Sizes[1], outputs = kernel[0];
        if (channels != kernel[1] * _groups || outputs % _groups != 0)
            throw call.Wrong($"X {Value.Text(x.Sizes)}, W {Value.Text(kernel)} and {_groups} groups", $"W [a multiple of {_groups}, {channels} / {_groups}, kernel…]");
        if (call.OptionalInput(2) is { } bias && bias.Count != outputs) throw call.Wrong($"a bias of sizes {Value.Text(bias.Sizes)}", $"[{outputs}]");

        Span<int> room = stackalloc int[WindowAttributes.Lists * axes], sizes = stackalloc int[x.Rank];
        var windows = _windows.Resolve(call, x.Sizes[2..], kernel[2..], room);
        (sizes[0], sizes[1]) = (x.Sizes[0], outputs);
        windows.Result.CopyTo(sizes[2..]);
        if (_pool is not null)
        {
            Pooled(call, _pool, windows, channels, sizes);
            return;
        }

        switch (x.Type)
        {
            case ElementType.Float32: Single(call, windows, channels, sizes); break;
            case ElementType.Float64: Plain<double>(call, windows, channels, sizes); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }

    void Single(Call call, WindowSizes windows, int channels, ReadOnlySpan<int> sizes)
    {
        var addend = call.OptionalInput(Addend);
        if (_filters is null || windows.Axes > 3)
        {
            if (windows.Axes <= 2) Unpacked(call, windows, channels, sizes);
            else Plain<float>(call, windows, channels, sizes);
        }
        else if (addend is null || addend.Sizes.SequenceEqual(sizes))
        {
            var y = call.Output.Write<float>(sizes);
            if (!y.IsEmpty) Packed(call, windows, channels, y, addend is null ? default : addend.Read<float>(), _inside);
            _function?.Apply(y, y);
            return;
        }
        else
        {
            var y = call.Output.Write<float>(sizes);
            if (!y.IsEmpty) Packed(call, windows, channels, y, default, Activation.Identity);
        }

        if (addend is not null) Stretched.Add(call, addend);
        var whole = call.Output.Write<float>(call.Output.Sizes);
        if (_inside != Activation.Identity) VectorMath.Apply(_inside, whole, whole);
        _function?.Apply(whole, whole);
    }

    /// <summary>With the largest of windows after it. Only packed filters are fused so.</summary>
    void Pooled(Call call, MaxPool pool, WindowSizes windows, int channels, Span<int> sizes)
    {
        var x = call.Input(0);
        var addend = call.OptionalInput(Addend);
        Span<int> room = stackalloc int[WindowAttributes.Lists * windows.Axes];
        var pools = pool.Resolve(call, windows.Result, room);
        int batch = sizes[0], outputs = sizes[1], length = checked(outputs * windows.ResultLength);
        if (_filters is not null && _function is null && (addend is null || addend.Sizes.SequenceEqual(sizes)) && Pool.TryFlat(outputs, pools, countsPadding: false, out var flat))
        {
            var whole = Flat(call, windows, batch, channels, outputs);
            pools.Result.CopyTo(sizes[2..]);
            if (addend is null && flat.IsHalving && _filters.CanHalve(whole))
            {
                _filters.RunHalving(whole, x.Read<float>(), call.Output.Write<float>(sizes), _inside);
                return;
            }

            var added = addend is null ? default : addend.Read<float>();
            int parts = Math.Clamp(batch, 1, 2 * Workers.Count);
            var images = new PooledImages
            {
                Filters = _filters, Sizes = whole with { Batch = 1 }, Pool = flat, Activation = _inside, Images = batch, Parts = parts,
                X = x.Read<float>(), Addend = added, Room = call.Scratch.Take<float>((long)parts * length), Y = call.Output.Write<float>(sizes),
            };
            if (batch > 0) Workers.Run(parts, ref images);
            return;
        }

        Single(call, windows, channels, sizes);   // sizes that stretch, or windows that only the definition knows
        var made = call.Output.Read<float>();
        var kept = call.Scratch.Take<float>(made.Length);
        made.CopyTo(kept);
        call.Output.Sizes.CopyTo(sizes);
        Span<int> image = stackalloc int[windows.Axes];
        sizes[2..].CopyTo(image);
        var again = pool.Resolve(call, image, room);
        again.Result.CopyTo(sizes[2..]);
        PlainPooling.Largest(again, float.NegativeInfinity, byColumns: false, kept, call.Output.Write<float>(sizes), default);
    }

    void Packed(Call call, WindowSizes windows, int channels, Span<float> y, ReadOnlySpan<float> addend, Activation activation)
    {
        var x = call.Input(0);
        if (windows.Axes == 3) ByDepth(call, windows, x.Read<float>(), channels, y, addend, activation);
        else _filters!.Run(Flat(call, windows, x.Sizes[0], channels, _packed![0]), x.Read<float>(), y, activation, addend);
    }

    void Unpacked(Call call, WindowSizes windows, int channels, ReadOnlySpan<int> sizes)
    {
        Value x = call.Input(0), weight = call.Input(1);
        var y = call.Output.Write<float>(sizes);
        if (!y.IsEmpty) Convolution.Run(Flat(call, windows, x.Sizes[0], channels, sizes[1]), x.Read<float>(), weight.Read<float>(), call.OptionalInput(2) is { } bias ? bias.Read<float>() : default, y);
    }

    void Plain<T>(Call call, WindowSizes windows, int channels, ReadOnlySpan<int> sizes) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        if (_filters is not null) throw call.Wrong($"X of {typeof(T).Name}", "the type of W");
        PlainConvolution.Run(windows, _groups, channels, sizes[1], call.Input(0).Read<T>(), call.Input(1).Read<T>(), call.OptionalInput(2) is { } bias ? bias.Read<T>() : default, call.Output.Write<T>(sizes));
    }

    /// <summary>What packing needs to know: channels, groups and the last two axes of the kernel.</summary>
    ConvolutionSizes Flat(ReadOnlySpan<int> weight)
    {
        int depth = weight.Length == 5 ? weight[2] : 1;
        return new(1, checked(weight[1] * _groups * depth), 1, weight[0], Extents.Last(weight[2..], 1)) { Groups = _groups };
    }

    /// <summary>The last two axes, or the only one, as the kernel knows them.</summary>
    ConvolutionSizes Flat(Call call, WindowSizes windows, int batch, int channels, int outputs)
    {
        var sizes = new ConvolutionSizes(batch, channels, Extents.Last(windows.Image, 1), outputs, Extents.Last(windows.Kernel, 1))
        {
            Stride = Extents.Last(windows.Strides, 1),
            Dilation = Extents.Last(windows.Dilations, 1),
            Before = Extents.Last(windows.Before, 0),
            After = Extents.Last(windows.After, 0),
            Groups = _groups,
        };
        Extents.CheckPadded(call, sizes.Image, sizes.Before, sizes.After, sizes.Stride, channels / _groups);
        return sizes;
    }

    void ByDepth(Call call, WindowSizes windows, ReadOnlySpan<float> x, int channels, Span<float> y, ReadOnlySpan<float> addend, Activation activation)
    {
        int batch = call.Input().Sizes[0], outputs = _packed![0], depth = windows.Image[0], taps = windows.Kernel[0], image = windows.ImageLength / depth, result = windows.Result[0], plane = windows.ResultLength / result;
        var sizes = Flat(call, windows, 1, channels * taps, outputs);
        var room = call.Scratch.Take<float>(((long)channels * taps * image) + (2L * outputs * plane));
        Span<float> pixels = room[..(channels * taps * image)], slice = room.Slice(pixels.Length, outputs * plane), added = addend.IsEmpty ? default : room[(pixels.Length + slice.Length)..];
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

                for (int o = 0; o < outputs && !added.IsEmpty; o++) addend.Slice(((((b * outputs) + o) * result) + d) * plane, plane).CopyTo(added[(o * plane)..]);
                _filters!.Run(sizes, pixels, slice, activation, added);
                for (int o = 0; o < outputs; o++) slice.Slice(o * plane, plane).CopyTo(y[(((((b * outputs) + o) * result) + d) * plane)..]);
            }
    }
}
