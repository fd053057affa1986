using Takt.Tensors;

namespace Takt.Graphs.Differentiation.Operators;

/// <summary>Pools over sequences and images.</summary>
static class PoolOperators
{
    public static Tensor Max(TapeCall call)
    {
        var windows = Of(call);
        return Pool(PaddingOperators.Around(call.X, windows, float.NegativeInfinity), windows, (x, kernel, stride) => x.MaxPool2d(kernel, stride));
    }

    /// <summary>The mean over a padded window, divided by the share of the window that counts.</summary>
    public static Tensor Average(TapeCall call)
    {
        var windows = Of(call);
        bool countsPadding = call.Int("count_include_pad", 0) != 0;
        var mean = Pool(PaddingOperators.Around(call.X, windows, 0), windows, Mean);
        if (windows.Before.All(n => n == 0) && windows.After.All(n => n == 0)) return mean;

        var stated = Windows.Of(call, call.X.Shape.Sizes[2..]);   // without what rounding up added: that never counts
        int[] image = call.X.Shape.Sizes[2..].ToArray();
        var inside = Tensor.Ones([1, 1, .. image]);
        if (countsPadding)
        {
            inside = PaddingOperators.Around(inside, stated, 1);
            windows = windows with { Before = new int[windows.Axes], After = [.. windows.After.Select((after, i) => after - stated.After[i])] };
        }

        return mean / Pool(PaddingOperators.Around(inside, windows, 0), windows, Mean);
    }

    /// <summary>Over all pixels or steps.</summary>
    public static Tensor Global(TapeCall call, Func<Tensor, int[], Tensor> reduce) => reduce(call.X, [.. Enumerable.Range(2, call.X.Shape.Rank - 2)]);

    static Windows Of(TapeCall call)
    {
        var windows = Windows.Of(call, call.X.Shape.Sizes[2..]);
        if (windows.Dilation.Any(n => n != 1)) throw call.Wrong("a pool whose taps lie apart", "dilations of 1");
        return call.Int("ceil_mode", 0) != 0 ? windows.RoundedUp(call.X.Shape.Sizes[2..]) : windows;
    }

    static Tensor Mean(Tensor x, Extent kernel, Extent stride) => x.AveragePool2d(kernel, stride);

    /// <summary>Pools what is padded already; a sequence is an image of height 1.</summary>
    static Tensor Pool(Tensor x, Windows windows, Func<Tensor, Extent, Extent, Tensor> pool)
    {
        Extent kernel = Windows.Along(windows.Kernel, 1), stride = Windows.Along(windows.Stride, 1);
        if (windows.Axes == 2) return pool(x, kernel, stride);
        var y = pool(x.Reshape(x.Shape[0], x.Shape[1], 1, x.Shape[2]), kernel, stride);
        return y.Reshape(y.Shape[0], y.Shape[1], y.Shape[3]);
    }
}
