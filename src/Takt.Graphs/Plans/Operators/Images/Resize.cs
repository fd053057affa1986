using System.Numerics;
using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Images in another size: nearest, linear or cubic, axis by axis. Upsample and Resize 10 lay positions asymmetrically and round them down.</summary>
sealed class Resize : Kernel
{
    /// <summary>A widened filter of more pixels than this is damage.</summary>
    const int MostTaps = 1 << 16;

    readonly ResizeSizes _sizes;
    readonly CoordinateMode _mode;
    readonly ResizeFilter _filter;
    readonly bool _isNearest;
    readonly string _rounding;
    readonly float _outside;

    public Resize(Node node)
    {
        const int FirstWithModes = 11;
        _sizes = new ResizeSizes(node);
        bool old = node.Operator == "Upsample" || node.Opset < FirstWithModes;
        _mode = node.Text("coordinate_transformation_mode", old ? "asymmetric" : "half_pixel") switch
        {
            "half_pixel" => CoordinateMode.HalfPixel,
            "half_pixel_symmetric" => CoordinateMode.HalfPixelSymmetric,
            "pytorch_half_pixel" => CoordinateMode.PytorchHalfPixel,
            "align_corners" => CoordinateMode.AlignCorners,
            "asymmetric" => CoordinateMode.Asymmetric,
            "tf_crop_and_resize" => CoordinateMode.CropAndResize,
            "tf_half_pixel_for_nn" => CoordinateMode.HalfPixelStart,   // 11 and 12 only
            var other => throw node.Wrong($"coordinate_transformation_mode {other}", "half_pixel, half_pixel_symmetric, pytorch_half_pixel, align_corners, asymmetric or tf_crop_and_resize"),
        };
        string kind = node.Text("mode", "nearest");
        if (kind is not ("nearest" or "linear" or "bilinear" or "cubic")) throw node.Wrong($"mode {kind}", "nearest, linear or cubic");
        _isNearest = kind == "nearest";
        _rounding = node.Text("nearest_mode", old ? "floor" : "round_prefer_floor");
        if (_rounding is not ("round_prefer_floor" or "round_prefer_ceil" or "floor" or "ceil")) throw node.Wrong($"nearest_mode {_rounding}", "round_prefer_floor, round_prefer_ceil, floor or ceil");
        _filter = new ResizeFilter(kind == "cubic", node.Int("antialias", 0) != 0, node.Int("exclude_outside", 0) != 0, node.Float("cubic_coeff_a", -0.75f));
        _outside = node.Float("extrapolation_value", 0);
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        Span<ResizeAxis> axes = stackalloc ResizeAxis[x.Rank];
        Span<int> sizes = stackalloc int[x.Rank];
        _sizes.Resolve(call, x.Sizes, axes, _mode == CoordinateMode.CropAndResize);
        for (int i = 0; i < axes.Length; i++) sizes[i] = axes[i].Output;
        if (_isNearest && x.Type == ElementType.String) throw call.Wrong("an image of texts", "numbers");
        if (_isNearest)
            switch (x.Type.Bytes())
            {
                case 1: Nearest<byte>(call, axes, sizes); break;
                case 2: Nearest<short>(call, axes, sizes); break;
                case 4: Nearest<float>(call, axes, sizes); break;
                default: Nearest<double>(call, axes, sizes); break;
            }
        else if (x.Type == ElementType.Float64) Interpolate<double>(call, axes, sizes);
        else Interpolate<float>(call, axes, sizes);
    }

    void Nearest<T>(Call call, ReadOnlySpan<ResizeAxis> axes, ReadOnlySpan<int> sizes) where T : unmanaged
    {
        var x = call.Input();
        var from = x.ReadAs<T>();
        var to = call.Output.WriteAs<T>(x.Type, sizes);
        if (to.IsEmpty) return;
        int total = 0;
        foreach (var axis in axes) total += axis.Output;
        var offsets = call.Scratch.Take<int>(total);   // for each position of each axis, how far its pixel is along that axis
        for (int i = axes.Length - 1, step = 1, end = total; i >= 0; step *= axes[i].Input, end -= axes[i].Output, i--)
            for (int position = 0; position < axes[i].Output; position++)
                offsets[end - axes[i].Output + position] = Round(axes[i].Place(position, _mode), axes[i].Input) * step;

        int width = axes.Length == 0 ? 1 : sizes[^1];
        Span<int> place = stackalloc int[axes.Length];
        place.Clear();
        var last = axes.Length == 0 ? stackalloc int[1] : offsets[^width..];
        for (int start = 0; start < to.Length; start += width)
        {
            int origin = 0;
            for (int i = 0, first = 0; i < axes.Length - 1; first += axes[i].Output, i++) origin += offsets[first + place[i]];
            for (int i = 0; i < width; i++) to[start + i] = from[origin + last[i]];
            if (axes.Length > 0) Broadcast.Advance(place[..^1], sizes[..^1]);
        }

        if (_mode == CoordinateMode.CropAndResize) FillOutside(to, axes, Outside<T>(x.Type, call));
    }

    int Round(double place, int size) => (int)Math.Clamp(
        _rounding switch
        {
            "floor" => Math.Floor(place),
            "ceil" => Math.Ceiling(place),
            "round_prefer_ceil" => Math.Floor(place + 0.5),
            _ => Math.Ceiling(place - 0.5),
        }, 0, size - 1);

    void Interpolate<T>(Call call, ReadOnlySpan<ResizeAxis> axes, ReadOnlySpan<int> sizes) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var x = call.Input();
        long largest = x.Count, taps = 0, count = x.Count;
        foreach (var axis in axes)
        {
            count = axis.Input == 0 ? 0 : count / axis.Input * axis.Output;
            largest = Math.Max(largest, count);
            if (axis.IsSame) continue;
            if (_filter.Taps(axis.Scale) > MostTaps) throw call.Wrong($"a scale of {axis.Scale}", $"a filter of at most {MostTaps:N0} pixels");
            taps = Math.Max(taps, (long)axis.Output * _filter.Taps(axis.Scale));
        }

        var room = call.Scratch.Take<T>((2 * largest) + (2 * taps));   // the indices take the room of as many numbers, which are as wide or wider
        var indices = System.Runtime.InteropServices.MemoryMarshal.Cast<T, int>(room.Slice((int)(2 * largest), (int)taps));
        var weights = room[(int)((2 * largest) + taps)..];
        Span<T> now = room[..(int)largest], next = room.Slice((int)largest, (int)largest);
        Numbers.Read(x, now, call).CopyTo(now);
        int outer = 1, length = x.Count;
        for (int i = 0; i < axes.Length; outer *= axes[i].Output, i++)
        {
            var axis = axes[i];
            if (axis.IsSame || length == 0) continue;
            int inner = length / outer / axis.Input, width = _filter.Taps(axis.Scale);
            _filter.Fill(axis, _mode, indices, weights);
            for (int o = 0; o < outer; o++)
                Along(now.Slice(o * axis.Input * inner, axis.Input * inner), next.Slice(o * axis.Output * inner, axis.Output * inner), inner, width, indices, weights);
            length = outer * axis.Output * inner;
            var swap = now;
            now = next;
            next = swap;
        }

        int made = 1;
        foreach (int size in sizes) made *= size;
        if (_mode == CoordinateMode.CropAndResize) FillOutside(now[..made], axes, T.CreateTruncating(_outside));
        Numbers.Write<T>(now[..made], call.Output, x.Type, sizes, call);
    }

    static void Along<T>(ReadOnlySpan<T> from, Span<T> to, int inner, int taps, ReadOnlySpan<int> indices, ReadOnlySpan<T> weights) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int start = 0, at = 0; start < to.Length; start += inner, at += taps)
            if (inner == 1)
            {
                var sum = T.Zero;
                for (int tap = 0; tap < taps; tap++) sum += from[indices[at + tap]] * weights[at + tap];
                to[start] = sum;
            }
            else
            {
                var line = to.Slice(start, inner);
                TensorPrimitives.Multiply(from.Slice(indices[at] * inner, inner), weights[at], line);
                for (int tap = 1; tap < taps; tap++) TensorPrimitives.MultiplyAdd(from.Slice(indices[at + tap] * inner, inner), weights[at + tap], line, line);
            }
    }

    /// <summary>Positions that lie beside the image take the extrapolation value.</summary>
    void FillOutside<T>(Span<T> y, ReadOnlySpan<ResizeAxis> axes, T outside)
    {
        int inner = y.Length;
        for (int i = 0; i < axes.Length && inner > 0; i++)
        {
            int block = inner;
            inner /= axes[i].Output;
            for (int position = 0; position < axes[i].Output; position++)
                if (axes[i].Place(position, _mode) is var place && (place < 0 || place > axes[i].Input - 1))
                    for (int start = position * inner; start < y.Length; start += block) y.Slice(start, inner).Fill(outside);
        }
    }

    /// <summary>The extrapolation value as an element of the image.</summary>
    T Outside<T>(ElementType type, Call call)
    {
        var element = new Value(new Storage());
        Numbers.Write<float>([_outside], element, type, [], call);
        return element.ReadAs<T>()[0];
    }
}
