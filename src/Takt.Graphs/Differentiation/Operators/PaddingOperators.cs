using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Elements around a tensor: the same number, or its own elements again.</summary>
static class PaddingOperators
{
    public static Tensor Pad(TapeCall call)
    {
        var x = call.X;
        long[] pads = call.Numbers(1, "pads") ?? throw call.Wrong("no pads", "two for each axis");
        int[] axes = call.Numbers(3, "axes") is { } named ? call.Axes(named, x.Shape.Rank) : [.. Enumerable.Range(0, x.Shape.Rank)];
        string mode = call.Text("mode", "constant");
        for (int i = 0; i < axes.Length; i++)
        {
            int before = (int)pads[i], after = (int)pads[axes.Length + i];
            if (before == 0 && after == 0) continue;
            x = mode == "constant" ? Constant(x, axes[i], before, after, call.Number(2, "value") ?? 0) : x.Gather(axes[i], Places(call, x.Shape[axes[i]], before, after, mode));
        }

        return x;
    }

    /// <summary>The same number around every window axis.</summary>
    public static Tensor Around(Tensor x, Windows windows, float value)
    {
        for (int i = 0; i < windows.Axes; i++) x = Constant(x, 2 + i, windows.Before[i], windows.After[i], value);
        return x;
    }

    /// <summary>The same number before and behind one axis; below 0 cuts off.</summary>
    static Tensor Constant(Tensor x, int axis, int before, int after, float value)
    {
        if (before < 0 || after < 0) x = x.Slice(axis, Math.Max(0, -before)..(x.Shape[axis] - Math.Max(0, -after)));
        if (before > 0) x = Filled(x, axis, before, value).Concat(axis, x);
        return after > 0 ? x.Concat(axis, Filled(x, axis, after, value)) : x;
    }

    static Tensor Filled(Tensor x, int axis, int size, float value)
    {
        int[] sizes = x.Shape.ToArray();
        sizes[axis] = size;
        return Tensor.Full(sizes, value);
    }

    /// <summary>Which elements stand where: mirrored at the edge, the edge itself, or from the other end.</summary>
    static Tensor Places(TapeCall call, int size, int before, int after, string mode)
    {
        long[] places = new long[size + before + after];
        int period = Math.Max(1, 2 * (size - 1));
        for (int i = 0; i < places.Length; i++)
        {
            int at = i - before, mirrored = ((at % period) + period) % period;
            places[i] = mode switch
            {
                "reflect" => mirrored < size ? mirrored : period - mirrored,
                "edge" => Math.Clamp(at, 0, size - 1),
                "wrap" => ((at % size) + size) % size,
                _ => throw call.Wrong($"mode '{mode}'", "constant, reflect, edge or wrap"),
            };
        }

        return Tensor.OfIndices(places, places.Length);
    }
}
