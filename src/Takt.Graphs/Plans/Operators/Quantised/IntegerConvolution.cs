using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution of 8-bit images in exact 32-bit sums: the windows are laid out as the columns of a matrix, which the weights multiply.</summary>
sealed class IntegerConvolution
{
    readonly WindowAttributes _windows;
    readonly int _groups;
    readonly IntegerFilters? _filters;
    readonly int[]? _packed;   // sizes of the weights

    /// <summary>Reads the attributes, and packs the weights if they are constant.</summary>
    /// <param name="node">The node.</param>
    /// <param name="weight">The input that is the weights.</param>
    /// <param name="zero">The input that is their zero points.</param>
    public IntegerConvolution(Node node, int weight, int zero)
    {
        _windows = new WindowAttributes(node);
        _groups = node.Int("group", 1) is >= 1 and <= int.MaxValue and var groups ? (int)groups : throw node.Wrong($"group {node.Int("group", 1)}", "1 or more");
        if (node.Constant(weight) is not { Rank: 3 or 4, Count: > 0, Type: ElementType.Int8 or ElementType.UInt8 } w || w.Sizes[0] % _groups != 0) return;
        if (node.Has(zero) && (node.Constant(zero) is not { } constant || constant.Type != w.Type || (constant.Count != 1 && constant.Count != w.Sizes[0]))) return;
        _packed = w.Sizes.ToArray();
        _filters = w.Type == ElementType.Int8 ? Pack<sbyte>(w, node.Constant(zero)) : Pack<byte>(w, node.Constant(zero));
        node.TakeConstant(weight);
        node.TakeConstant(zero);
    }

    /// <summary>Checks the inputs and finds the sizes of the result.</summary>
    /// <param name="call">The node.</param>
    /// <param name="x">[batch, channels, image…].</param>
    /// <param name="xZero">Its zero point, which is also what padding is.</param>
    /// <param name="weight">[outputs, channels of a group, kernel…].</param>
    /// <param name="weightZero">One zero point, or one an output.</param>
    /// <param name="room">Room for <see cref="WindowAttributes.Lists"/> · <see cref="WindowAttributes.MostAxes"/> numbers.</param>
    /// <param name="sizes">Sizes of the result: [batch, outputs, image…].</param>
    public WindowSizes Resolve(Call call, Value x, Value? xZero, Value? weight, Value? weightZero, Span<int> room, Span<int> sizes)
    {
        int axes = x.Rank - 2;
        var filter = _packed ?? (weight is null ? throw call.Wrong("no weights", "some") : weight.Sizes);
        if (axes is < 1 or > WindowAttributes.MostAxes || filter.Length != x.Rank) throw call.Wrong($"X {Value.Text(x.Sizes)} and W {Value.Text(filter)}", "[batch, channels, image…] and [outputs, channels, kernel…]");
        int channels = x.Sizes[1], outputs = filter[0], inside = filter[1];
        if (channels != (long)inside * _groups || outputs % _groups != 0)
            throw call.Wrong($"X {Value.Text(x.Sizes)}, W {Value.Text(filter)} and {_groups} groups", $"W [a multiple of {_groups}, {channels} / {_groups}, kernel…]");
        if (weightZero is not null && weightZero.Count != 1 && weightZero.Count != outputs) throw call.Wrong($"{weightZero.Count} zero points of W", $"1 or {outputs}");
        if (xZero is not null && xZero.Count != 1) throw call.Wrong($"{xZero.Count} zero points of X", "1");

        var windows = _windows.Resolve(call, x.Sizes[2..], filter[2..], room);
        (sizes[0], sizes[1]) = (x.Sizes[0], outputs);
        windows.Result.CopyTo(sizes[2..]);
        return windows;
    }

    /// <summary>Convolves, and hands the sums on.</summary>
    /// <param name="call">The node.</param>
    /// <param name="windows">What <see cref="Resolve"/> found.</param>
    /// <param name="x">The images.</param>
    /// <param name="xZero">Their zero point.</param>
    /// <param name="weight">The weights, unless they were packed.</param>
    /// <param name="weightZero">Their zero points.</param>
    /// <param name="sizes">Sizes of the result.</param>
    /// <param name="sums">Takes the sums.</param>
    public void Run<TSums>(Call call, scoped WindowSizes windows, Value x, Value? xZero, Value? weight, Value? weightZero, scoped ReadOnlySpan<int> sizes, TSums sums) where TSums : struct, IIntegerSums, allows ref struct
    {
        if (_filters is not null)
        {
            Packed(call, windows, x, xZero, sizes, sums);
            return;
        }

        int batch = sizes[0], outputs = sizes[1], made = outputs / _groups, channels = x.Sizes[1], inside = channels / _groups;
        int result = windows.ResultLength, taps = windows.KernelLength, inner = checked(inside * taps), image = windows.ImageLength;
        int zeros = 1 + (weightZero?.Count ?? 0);
        long bytes = (long)inner * result;
        var room = call.Scratch.Take<int>(((long)made * result) + zeros + ((long)taps * result) + IntegerProduct.Room(inner, result) + ((bytes + 3) / 4));
        var y = room[..(made * result)];
        room = room[y.Length..];
        room[0] = 0;
        var zero = xZero is null ? room[..1] : IntegerMatrix.ZerosOf(xZero, room, call);
        var weightZeros = IntegerMatrix.ZerosOf(weightZero, room[1..], call);
        var places = room.Slice(zeros, taps * result);
        var products = room.Slice(zeros + places.Length, IntegerProduct.Room(inner, result));
        var columns = System.Runtime.InteropServices.MemoryMarshal.AsBytes(room[(zeros + places.Length + products.Length)..])[..(int)bytes];
        Places(windows, places);
        bool xSigned = IntegerMatrix.SignOf(x, call), weightSigned = IntegerMatrix.SignOf(weight!, call);
        for (int b = 0; b < batch; b++)
            for (int group = 0; group < _groups; group++)
            {
                var pixels = x.Bytes.Slice(((b * channels) + (group * inside)) * image, inside * image);
                for (int c = 0; c < inside; c++)
                    for (int i = 0; i < places.Length; i++)
                        columns[(c * places.Length) + i] = places[i] < 0 ? (byte)zero[0] : pixels[(c * image) + places[i]];
                IntegerProduct.Multiply(
                    new IntegerMatrix(weight!.Bytes[(group * made * inner)..], weightSigned, made, inner, weightZeros.Length <= 1 ? weightZeros : weightZeros.Slice(group * made, made)),
                    new IntegerMatrix(columns, xSigned, inner, result, zero), y, products);
                for (int o = 0; o < made && result > 0; o++) sums.Take((group * made) + o, ((b * outputs) + (group * made) + o) * result, y.Slice(o * result, result), result, result);
            }
    }

    void Packed<TSums>(Call call, scoped WindowSizes windows, Value x, Value? xZero, scoped ReadOnlySpan<int> sizes, TSums sums) where TSums : struct, IIntegerSums, allows ref struct
    {
        var flat = new ConvolutionSizes(sizes[0], x.Sizes[1], Extents.Last(windows.Image, 1), sizes[1], Extents.Last(windows.Kernel, 1))
        {
            Stride = Extents.Last(windows.Strides, 1),
            Dilation = Extents.Last(windows.Dilations, 1),
            Before = Extents.Last(windows.Before, 0),
            After = Extents.Last(windows.After, 0),
            Groups = _groups,
        };
        Extents.CheckPadded(call, flat.Image, flat.Before, flat.After, flat.Stride, x.Sizes[1] / _groups);
        if (IntegerMatrix.SignOf(x, call)) _filters!.Run(flat, x.Read<sbyte>(), xZero is null ? (sbyte)0 : xZero.Read<sbyte>()[0], sums);
        else _filters!.Run(flat, x.Read<byte>(), xZero is null ? (byte)0 : xZero.Read<byte>()[0], sums);
    }

    IntegerFilters Pack<T>(Value weight, Value? zero) where T : unmanaged, System.Numerics.IBinaryInteger<T> => IntegerFilters.Pack(
        new ConvolutionSizes(1, checked(weight.Sizes[1] * _groups), 1, weight.Sizes[0], Extents.Last(weight.Sizes[2..], 1)) { Groups = _groups },
        weight.Read<T>(), zero is null ? default : zero.Read<T>());

    /// <summary>For every tap, where on the image it falls in each window: [taps, windows], −1 in the padding.</summary>
    static void Places(WindowSizes windows, Span<int> places)
    {
        Span<int> window = stackalloc int[windows.Axes], tap = stackalloc int[windows.Axes];
        tap.Clear();
        for (int start = 0, result = windows.ResultLength; start < places.Length; start += result, Broadcast.Advance(tap, windows.Kernel))
        {
            window.Clear();
            for (int i = 0; i < result; i++, Broadcast.Advance(window, windows.Result)) places[start + i] = windows.Place(window, tap, out _);
        }
    }
}
