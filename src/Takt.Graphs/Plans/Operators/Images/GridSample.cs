using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Reads an image at places that a grid names, from −1 to 1 along each axis, the last axis of the image first: nearest, linear or (two axes) cubic.</summary>
sealed class GridSample : Kernel
{
    readonly bool _alignsCorners;
    readonly string _mode, _padding;

    public GridSample(Node node)
    {
        _alignsCorners = node.Int("align_corners", 0) != 0;
        _mode = node.Text("mode", "linear") switch { "bilinear" or "linear" => "linear", "bicubic" or "cubic" => "cubic", var mode => mode };
        _padding = node.Text("padding_mode", "zeros");
        if (_mode is not ("linear" or "cubic" or "nearest")) throw node.Wrong($"mode {_mode}", "linear, nearest or cubic");
        if (_padding is not ("zeros" or "border" or "reflection")) throw node.Wrong($"padding_mode {_padding}", "zeros, border or reflection");
    }

    public override void Run(Call call)
    {
        if (call.Input().Type == ElementType.Float64) Run<double>(call);
        else Run<float>(call);
    }

    void Run<T>(Call call) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, grid) = (call.Input(0), call.Input(1));
        int axes = x.Rank - 2;
        if (axes < 1 || axes > 6 || grid.Rank != x.Rank || grid.Sizes[^1] != axes || grid.Sizes[0] != x.Sizes[0])
            throw call.Wrong($"X {Value.Text(x.Sizes)} and a grid {Value.Text(grid.Sizes)}", "[batch, channels, image…] and [batch, places…, axes]");
        Span<int> sizes = stackalloc int[x.Rank], image = stackalloc int[axes];
        (sizes[0], sizes[1]) = (x.Sizes[0], x.Sizes[1]);
        grid.Sizes[1..^1].CopyTo(sizes[2..]);
        x.Sizes[2..].CopyTo(image);
        int plane = 1, places = 1, channels = x.Sizes[1];
        foreach (int size in image) plane *= size;
        foreach (int size in grid.Sizes[1..^1]) places *= size;

        long need = (long)channels * places * x.Sizes[0];
        var room = call.Scratch.Take<T>(x.Count + grid.Count + need);
        var from = Numbers.Read(x, room[..x.Count], call);
        var grids = Numbers.Read(grid, room.Slice(x.Count, grid.Count), call);
        var to = room[(x.Count + grid.Count)..];
        int taps = _mode == "cubic" ? 4 : _mode == "linear" ? 2 : 1, corners = (int)Math.Pow(taps, axes);
        Span<int> indices = stackalloc int[axes * taps];
        Span<double> weights = stackalloc double[axes * taps];
        for (int b = 0; b < x.Sizes[0]; b++)
            for (int p = 0; p < places; p++)
            {
                var place = grids.Slice(((b * places) + p) * axes, axes);
                for (int axis = 0; axis < axes; axis++)
                    Along(double.CreateTruncating(place[axes - 1 - axis]), image[axis], indices.Slice(axis * taps, taps), weights.Slice(axis * taps, taps));
                for (int c = 0; c < channels; c++)
                {
                    var pixels = from.Slice(((b * channels) + c) * plane, plane);
                    double sum = 0;
                    for (int corner = 0; corner < corners; corner++)
                    {
                        double weight = 1;
                        int at = 0;
                        for (int axis = 0, rest = corner; axis < axes; rest /= taps, axis++)
                        {
                            int tap = (axis * taps) + (rest % taps);
                            at = at < 0 || indices[tap] < 0 ? -1 : (at * image[axis]) + indices[tap];
                            weight *= weights[tap];
                        }

                        if (at >= 0) sum += weight * double.CreateTruncating(pixels[at]);
                    }

                    to[(((b * channels) + c) * places) + p] = T.CreateTruncating(sum);
                }
            }

        Numbers.Write<T>(to, call.Output, x.Type, sizes, call);
    }

    /// <summary>The pixels that a place on one axis is made of; −1 for one that counts as zero.</summary>
    void Along(double place, int size, Span<int> indices, Span<double> weights)
    {
        double pixel = _alignsCorners ? (place + 1) / 2 * (size - 1) : (((place + 1) * size) - 1) / 2;
        if (_mode != "cubic")   // cubic looks further than the place itself, so each of its pixels is padded on its own
        {
            if (_padding == "border") pixel = Math.Clamp(pixel, 0, size - 1);
            if (_padding == "reflection") pixel = Reflect(pixel, size);
        }

        switch (_mode)
        {
            case "nearest":
                (indices[0], weights[0]) = (Index(Math.Round(pixel), size), 1);
                break;
            case "linear":
                double floor = Math.Floor(pixel);
                (indices[0], indices[1]) = (Index(floor, size), Index(floor + 1, size));
                (weights[0], weights[1]) = (floor + 1 - pixel, pixel - floor);
                break;
            default:
                double first = Math.Floor(pixel) - 1;
                for (int i = 0; i < 4; i++) (indices[i], weights[i]) = (Index(first + i, size), Cubic(Math.Abs(first + i - pixel)));
                break;
        }
    }

    int Index(double pixel, int size)
    {
        if (double.IsNaN(pixel)) return -1;
        if (pixel >= 0 && pixel <= size - 1) return (int)pixel;
        return _padding switch
        {
            "zeros" => -1,
            "border" => (int)Math.Clamp(pixel, 0, size - 1),
            _ => (int)Math.Clamp(Math.Round(Reflect(pixel, size)), 0, size - 1),
        };
    }

    /// <summary>Back and forth between the outer pixels' centres (corners aligned) or the image's edges.</summary>
    double Reflect(double pixel, int size)
    {
        double low = _alignsCorners ? 0 : -0.5, span = _alignsCorners ? size - 1 : size;
        if (span == 0 || !double.IsFinite(pixel)) return 0;
        double beyond = Math.Abs(pixel - low) % (2 * span);
        double reflected = low + (beyond <= span ? beyond : (2 * span) - beyond);
        return _alignsCorners ? reflected : Math.Clamp(reflected, 0, size - 1);
    }

    /// <summary>Keys' cubic (1981) with a = −0.75, as PyTorch has it.</summary>
    static double Cubic(double x)
    {
        const double A = -0.75;
        return x <= 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1 : (((((A * x) - (5 * A)) * x) + (8 * A)) * x) - (4 * A);
    }
}
