using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The new size and scale of every axis, from whatever the operator set at hand says: scales (attribute or input), sizes, some axes only, and what becomes of the aspect ratio.</summary>
sealed class ResizeSizes
{
    readonly float[]? _scales;
    readonly long[]? _axes;
    readonly string _aspect;
    readonly bool _isOld;

    public ResizeSizes(Node node)
    {
        const int FirstWithSizes = 11;
        _isOld = node.Operator == "Upsample" || node.Opset < FirstWithSizes;   // inputs X and scales
        _scales = node.Attribute("scales") is { } list ? [.. list.Floats] : null;
        _axes = node.Short("axes");
        _aspect = node.Text("keep_aspect_ratio_policy", "stretch");
        if (_aspect is not ("stretch" or "not_larger" or "not_smaller")) throw node.Wrong($"keep_aspect_ratio_policy {_aspect}", "stretch, not_larger or not_smaller");
    }

    /// <summary>Works out all axes.</summary>
    /// <param name="call">The node.</param>
    /// <param name="image">Sizes before.</param>
    /// <param name="resized">One an axis, to be filled.</param>
    /// <param name="crops">Whether the region of interest counts.</param>
    public void Resolve(Call call, ReadOnlySpan<int> image, Span<ResizeAxis> resized, bool crops)
    {
        for (int i = 0; i < image.Length; i++) resized[i] = new ResizeAxis(image[i], image[i], 1, 0, 1);
        Span<int> axes = stackalloc int[_axes?.Length ?? image.Length];
        for (int i = 0; i < axes.Length; i++) axes[i] = _axes is null ? i : call.Axis(_axes[i], image.Length);
        if (crops) Crop(call, axes, resized);

        var scales = call.OptionalInput(_isOld ? 1 : 2);
        var sizes = _isOld ? null : call.OptionalInput(3);
        if (sizes is { Count: > 0 }) BySizes(call, axes, sizes, resized);
        else if (_scales is not null) ByScales(call, axes, _scales, resized);
        else if (scales is { Count: > 0 }) ByScales(call, axes, scales.Read<float>(), resized);
        else throw call.Wrong("neither scales nor sizes", "one of them");
    }

    static void ByScales(Call call, ReadOnlySpan<int> axes, ReadOnlySpan<float> scales, Span<ResizeAxis> resized)
    {
        if (scales.Length != axes.Length) throw call.Wrong($"{scales.Length} scales", $"{axes.Length}");
        for (int i = 0; i < axes.Length; i++)
        {
            ref var axis = ref resized[axes[i]];
            float size = MathF.Floor(axis.Input * scales[i]);
            if (!(scales[i] > 0) || size > Array.MaxLength) throw call.Wrong($"a scale of {scales[i]} for size {axis.Input}", "more than 0, and not too large");
            axis = axis with { Output = (int)size, Scale = scales[i] };
        }
    }

    void BySizes(Call call, ReadOnlySpan<int> axes, Value sizes, Span<ResizeAxis> resized)
    {
        if (sizes.Count != axes.Length) throw call.Wrong($"{sizes.Count} sizes", $"{axes.Length}");
        double common = _aspect == "not_larger" ? double.PositiveInfinity : 0;
        for (int i = 0; i < axes.Length; i++)
        {
            ref var axis = ref resized[axes[i]];
            long size = WholeNumbers.At(sizes, i, call);
            if (size < 0 || size > Array.MaxLength || (axis.Input == 0 && size != 0)) throw call.Wrong($"size {size} for {axis.Input}", $"0 to {Array.MaxLength:N0}");
            double scale = axis.Input == 0 ? 1 : (double)size / axis.Input;
            common = _aspect == "not_larger" ? Math.Min(common, scale) : Math.Max(common, scale);
            axis = axis with { Output = (int)size, Scale = size == 0 ? 1 : scale };
        }

        if (_aspect == "stretch") return;
        foreach (int i in axes)
        {
            double size = Math.Floor((common * resized[i].Input) + 0.5);
            if (size > Array.MaxLength) throw call.Wrong($"size {size}", $"at most {Array.MaxLength:N0}");
            resized[i] = resized[i] with { Output = (int)size, Scale = common };
        }
    }

    static void Crop(Call call, ReadOnlySpan<int> axes, Span<ResizeAxis> resized)
    {
        var roi = call.OptionalInput(1);
        if (roi is null || roi.Count != 2 * axes.Length) throw call.Wrong($"a region of {roi?.Count ?? 0} numbers", $"{2 * axes.Length}: where each axis starts, then where each ends");
        var region = Numbers.Read(roi, stackalloc double[2 * axes.Length], call);
        for (int i = 0; i < axes.Length; i++) resized[axes[i]] = resized[axes[i]] with { Start = region[i], End = region[axes.Length + i] };
    }
}
