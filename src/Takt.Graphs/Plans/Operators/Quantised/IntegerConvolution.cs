using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution of 8-bit images in exact 32-bit sums: the windows are laid out as the columns of a matrix, which the weights multiply.</summary>
sealed class IntegerConvolution
{
    readonly WindowAttributes _windows;
    readonly int _groups;

    public IntegerConvolution(Node node)
    {
        _windows = new WindowAttributes(node);
        _groups = node.Int("group", 1) is >= 1 and <= int.MaxValue and var groups ? (int)groups : throw node.Wrong($"group {node.Int("group", 1)}", "1 or more");
    }

    /// <summary>Convolves; the sums stand in the call's working memory.</summary>
    /// <param name="call">The node.</param>
    /// <param name="x">[batch, channels, image…].</param>
    /// <param name="xZero">Its zero point, which is also what padding is.</param>
    /// <param name="weight">[outputs, channels of a group, kernel…].</param>
    /// <param name="weightZero">One zero point, or one an output.</param>
    /// <param name="sizes">Sizes of the result: [batch, outputs, image…].</param>
    public ReadOnlySpan<int> Run(Call call, Value x, Value? xZero, Value weight, Value? weightZero, Span<int> sizes)
    {
        int axes = x.Rank - 2;
        if (axes is < 1 or > WindowAttributes.MostAxes || weight.Rank != x.Rank) throw call.Wrong($"X {Value.Text(x.Sizes)} and W {Value.Text(weight.Sizes)}", "[batch, channels, image…] and [outputs, channels, kernel…]");
        int batch = x.Sizes[0], channels = x.Sizes[1], outputs = weight.Sizes[0], inside = weight.Sizes[1], made = outputs / _groups;
        if (channels != (long)inside * _groups || outputs % _groups != 0)
            throw call.Wrong($"X {Value.Text(x.Sizes)}, W {Value.Text(weight.Sizes)} and {_groups} groups", $"W [a multiple of {_groups}, {channels} / {_groups}, kernel…]");
        if (weightZero is not null && weightZero.Count != 1 && weightZero.Count != outputs) throw call.Wrong($"{weightZero.Count} zero points of W", $"1 or {outputs}");
        if (xZero is not null && xZero.Count != 1) throw call.Wrong($"{xZero.Count} zero points of X", "1");

        var windows = _windows.Resolve(call, x.Sizes[2..], weight.Sizes[2..], stackalloc int[WindowAttributes.Lists * axes]);
        (sizes[0], sizes[1]) = (batch, outputs);
        windows.Result.CopyTo(sizes[2..]);
        int result = windows.ResultLength, taps = windows.KernelLength, inner = checked(inside * taps), image = windows.ImageLength;
        int zeros = 1 + (weightZero?.Count ?? 0);
        long sums = (long)batch * outputs * result, bytes = (long)inner * result;
        var room = call.Scratch.Take<int>(sums + zeros + ((long)taps * result) + IntegerProduct.Room(inner, result) + ((bytes + 3) / 4));
        var y = room[..(int)sums];
        room = room[y.Length..];
        room[0] = 0;
        var zero = xZero is null ? room[..1] : IntegerMatrix.ZerosOf(xZero, room, call);
        var weightZeros = IntegerMatrix.ZerosOf(weightZero, room[1..], call);
        var places = room.Slice(zeros, taps * result);
        var products = room.Slice(zeros + places.Length, IntegerProduct.Room(inner, result));
        var columns = System.Runtime.InteropServices.MemoryMarshal.AsBytes(room[(zeros + places.Length + products.Length)..])[..(int)bytes];
        Places(windows, places);
        bool xSigned = IntegerMatrix.SignOf(x, call), weightSigned = IntegerMatrix.SignOf(weight, call);
        for (int b = 0; b < batch; b++)
            for (int group = 0; group < _groups; group++)
            {
                var pixels = x.Bytes.Slice(((b * channels) + (group * inside)) * image, inside * image);
                for (int c = 0; c < inside; c++)
                    for (int i = 0; i < places.Length; i++)
                        columns[(c * places.Length) + i] = places[i] < 0 ? (byte)zero[0] : pixels[(c * image) + places[i]];
                IntegerProduct.Multiply(
                    new IntegerMatrix(weight.Bytes[(group * made * inner)..], weightSigned, made, inner, weightZeros.Length <= 1 ? weightZeros : weightZeros.Slice(group * made, made)),
                    new IntegerMatrix(columns, xSigned, inner, result, zero),
                    y.Slice(((b * outputs) + (group * made)) * result, made * result), products);
            }

        return y;
    }

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
