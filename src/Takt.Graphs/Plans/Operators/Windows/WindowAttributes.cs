using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>What a convolution's or pooling's node says about its windows: kernel_shape, strides, dilations, pads, auto_pad, ceil_mode.</summary>
sealed class WindowAttributes
{
    /// <summary>More axes than this are damage; images have two or three.</summary>
    public const int MostAxes = 8;

    /// <summary>Lists of sizes that <see cref="Resolve"/> needs room for.</summary>
    public const int Lists = 5;

    /// <summary>No stride, dilation or padding in use comes near; below it, places on an axis never overflow.</summary>
    const int Most = 1 << 24;

    readonly int[]? _strides, _dilations, _pads;
    readonly bool _roundsUp;

    public WindowAttributes(Node node)
    {
        Kernel = Numbers(node, "kernel_shape", least: 1);
        _strides = Numbers(node, "strides", least: 1);
        _dilations = Numbers(node, "dilations", least: 1);
        _pads = Numbers(node, "pads", least: 0);
        _roundsUp = node.Int("ceil_mode", 0) != 0;
        Padding = node.Text("auto_pad", "NOTSET") switch
        {
            "NOTSET" or "" => AutoPad.None,
            "VALID" => AutoPad.Valid,
            "SAME_UPPER" => AutoPad.SameUpper,
            "SAME_LOWER" => AutoPad.SameLower,
            var other => throw node.Wrong($"auto_pad {other}", "NOTSET, VALID, SAME_UPPER or SAME_LOWER"),
        };
    }

    /// <summary>Sizes of a window if the node gives them.</summary>
    public int[]? Kernel { get; }

    /// <summary>Who chooses the padding.</summary>
    public AutoPad Padding { get; }

    /// <summary>Works out all sizes for one image.</summary>
    /// <param name="call">The node, for errors.</param>
    /// <param name="image">Sizes of the image.</param>
    /// <param name="kernel">Sizes of a window.</param>
    /// <param name="room">Room for <see cref="Lists"/> numbers an axis.</param>
    public WindowSizes Resolve(Call call, ReadOnlySpan<int> image, ReadOnlySpan<int> kernel, Span<int> room)
    {
        int axes = image.Length;
        CheckWindow(call, kernel);
        Span<int> strides = room[..axes], dilations = room.Slice(axes, axes), before = room.Slice(2 * axes, axes), after = room.Slice(3 * axes, axes), result = room.Slice(4 * axes, axes);
        Read(call, kernel.Length, strides, dilations, before, after);
        for (int axis = 0; axis < axes; axis++)
        {
            long size = image[axis], reach = ((kernel[axis] - 1L) * dilations[axis]) + 1;
            if (Padding is AutoPad.SameUpper or AutoPad.SameLower)
            {
                long windows = (size + strides[axis] - 1) / strides[axis];
                long total = Math.Clamp(((windows - 1) * strides[axis]) + reach - size, 0, 2L * Most);
                (before[axis], after[axis]) = Halves((int)total, Padding == AutoPad.SameUpper);
            }

            long places = size + before[axis] + after[axis] - reach, steps = _roundsUp ? (places + strides[axis] - 1) / strides[axis] : places / strides[axis];
            if (_roundsUp && steps * strides[axis] >= size + before[axis]) steps--;   // a window that would begin behind the image
            // A step that leads beyond the padded image is one that is never taken: a damaged model's must not size anybody's memory.
            strides[axis] = (int)Math.Min(strides[axis], Math.Max(1L, (long)size + before[axis] + after[axis]));
            result[axis] = places < 0 ? 0 : (int)Math.Min(steps + 1, int.MaxValue);
        }

        return new(image, kernel, strides, dilations, before, after, result);
    }

    /// <summary>A window without room for an element, which weights may have, lies nowhere.</summary>
    public static void CheckWindow(Call call, ReadOnlySpan<int> kernel)
    {
        if (kernel.Contains(0)) throw call.Wrong($"windows of sizes {Value.Text(kernel)}", "1 or more in each axis");
    }

    /// <summary>Strides, dilations and paddings with their defaults, checked.</summary>
    public void Read(Call call, int axes, Span<int> strides, Span<int> dilations, Span<int> before, Span<int> after)
    {
        if (strides.Length != axes || (_strides ?? _dilations ?? Kernel)?.Length is { } given && given != axes || _pads is not null && _pads.Length != 2 * axes)
            throw call.Wrong($"kernel_shape, strides, dilations or pads for other than {strides.Length} axes", $"one number an axis, two of pads, and a window of as many axes (it has {axes})");
        if ((_dilations is not null && _dilations.Length != axes) || (Kernel is not null && Kernel.Length != axes)) throw call.Wrong("lists of different lengths", $"one number for each of {axes} axes");
        if (_strides is null) strides.Fill(1);
        else _strides.CopyTo(strides);
        if (_dilations is null) dilations.Fill(1);
        else _dilations.CopyTo(dilations);
        before.Clear();
        after.Clear();
        if (_pads is null || Padding != AutoPad.None) return;
        _pads.AsSpan(0, axes).CopyTo(before);
        _pads.AsSpan(axes).CopyTo(after);
    }

    /// <summary>An even split; the odd one goes behind, or before.</summary>
    public static (int Before, int After) Halves(int total, bool oddBehind) => oddBehind ? (total / 2, total - (total / 2)) : (total - (total / 2), total / 2);

    static int[]? Numbers(Node node, string name, int least)
    {
        if (node.Ints(name) is not { Length: > 0 } numbers) return null;
        if (numbers.Length > 2 * MostAxes || Array.Exists(numbers, n => n < least || n > Most))
            throw node.Wrong($"{name} [{string.Join(", ", numbers.Take(2 * MostAxes))}]", $"numbers from {least} to {Most:N0}");
        return Array.ConvertAll(numbers, n => (int)n);
    }
}

/// <summary>Who chooses the padding of windows.</summary>
enum AutoPad
{
    /// <summary>The node says it.</summary>
    None,

    /// <summary>There is none.</summary>
    Valid,

    /// <summary>As much as gives one window a stride; the odd one behind.</summary>
    SameUpper,

    /// <summary>The same with the odd one in front.</summary>
    SameLower,
}
