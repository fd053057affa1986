using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Regions of images as small images of one size, read between the pixels (He et al. 2017, Mask R-CNN).</summary>
/// <remarks>With mode max the greatest of the weighted neighbours is taken, not the greatest interpolated value: that is what the operator's definition computes.</remarks>
sealed class RoiAlign : Kernel
{
    readonly bool _isMax, _halfPixel;
    readonly int _height, _width, _samples;
    readonly double _scale;

    public RoiAlign(Node node)
    {
        const int FirstWithHalfPixel = 16;
        string mode = node.Text("mode", "avg"), coordinates = node.Text("coordinate_transformation_mode", node.Opset >= FirstWithHalfPixel ? "half_pixel" : "output_half_pixel");
        if (mode is not ("avg" or "max")) throw node.Wrong($"mode {mode}", "avg or max");
        if (coordinates is not ("half_pixel" or "output_half_pixel")) throw node.Wrong($"coordinate_transformation_mode {coordinates}", "half_pixel or output_half_pixel");
        (_isMax, _halfPixel, _scale) = (mode == "max", coordinates == "half_pixel", node.Float("spatial_scale", 1));
        (_height, _width, _samples) = (Size(node, "output_height", 1), Size(node, "output_width", 1), Size(node, "sampling_ratio", 0));
    }

    public override void Run(Call call)
    {
        if (call.Input().Type == ElementType.Float64) Run<double>(call);
        else Run<float>(call);
    }

    void Run<T>(Call call) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, rois, batches) = (call.Input(0), call.Input(1), call.Input(2));
        if (x.Rank != 4 || rois.Rank != 2 || rois.Sizes[1] != 4 || batches.Count != rois.Sizes[0])
            throw call.Wrong($"X {Value.Text(x.Sizes)}, regions {Value.Text(rois.Sizes)} and {batches.Count} batch indices", "[batch, channels, height, width], [regions, 4] and one index a region");
        int count = rois.Sizes[0], channels = x.Sizes[1], plane = x.Sizes[2] * x.Sizes[3], cells = checked(_height * _width);
        var room = call.Scratch.Take<T>(x.Count + rois.Count + ((long)count * channels * cells));
        var from = Numbers.Read(x, room[..x.Count], call);
        var regions = Numbers.Read(rois, room.Slice(x.Count, rois.Count), call);
        var to = room[(x.Count + rois.Count)..];
        for (int r = 0; r < count; r++)
        {
            long batch = WholeNumbers.At(batches, r, call);
            if (batch < 0 || batch >= x.Sizes[0]) throw call.Wrong($"batch index {batch}", $"0 to {x.Sizes[0] - 1}");
            var region = new Region(Corner(regions, r, 0), Corner(regions, r, 1), Corner(regions, r, 2), Corner(regions, r, 3), this, x.Sizes[2], x.Sizes[3]);
            for (int c = 0; c < channels; c++)
            {
                var pixels = from.Slice((((int)batch * channels) + c) * plane, plane);
                for (int cell = 0; cell < cells; cell++)
                    to[(((r * channels) + c) * cells) + cell] = T.CreateTruncating(region.Read(pixels, cell / _width, cell % _width));
            }
        }

        Numbers.Write<T>(to, call.Output, x.Type, [count, channels, _height, _width], call);
    }

    static double Corner<T>(ReadOnlySpan<T> regions, int region, int corner) where T : unmanaged, INumber<T> => double.CreateTruncating(regions[(region * 4) + corner]);

    static int Size(Node node, string name, long otherwise) =>
        node.Int(name, otherwise) is var size && size >= otherwise && size <= 1 << 15 ? (int)size : throw node.Wrong($"{name} {node.Int(name, otherwise)}", $"{otherwise} to {1 << 15}");

    /// <summary>One region, in pixels of the image.</summary>
    readonly struct Region
    {
        /// <summary>More samples along a cell mean a region that lies far outside every image.</summary>
        const int MostSamples = 1 << 12;

        readonly double _top, _left, _cellHeight, _cellWidth;
        readonly int _rows, _columns, _height, _width;
        readonly bool _isMax;

        public Region(double left, double top, double right, double bottom, RoiAlign roi, int height, int width)
        {
            double offset = roi._halfPixel ? 0.5 : 0;
            (_left, _top) = ((left * roi._scale) - offset, (top * roi._scale) - offset);
            double tall = (bottom * roi._scale) - offset - _top, wide = (right * roi._scale) - offset - _left;
            if (!roi._halfPixel) (tall, wide) = (Math.Max(tall, 1), Math.Max(wide, 1));
            (_cellHeight, _cellWidth, _height, _width, _isMax) = (tall / roi._height, wide / roi._width, height, width, roi._isMax);
            _rows = roi._samples > 0 ? roi._samples : (int)Math.Clamp(Math.Ceiling(_cellHeight), 0, MostSamples);
            _columns = roi._samples > 0 ? roi._samples : (int)Math.Clamp(Math.Ceiling(_cellWidth), 0, MostSamples);
        }

        /// <summary>The mean, or the greatest, of a cell's samples.</summary>
        public double Read<T>(ReadOnlySpan<T> pixels, int row, int column) where T : INumber<T>
        {
            double sum = 0, greatest = double.NegativeInfinity;
            for (int i = 0; i < _rows; i++)
                for (int j = 0; j < _columns; j++)
                {
                    double y = _top + (row * _cellHeight) + ((i + 0.5) * _cellHeight / _rows), x = _left + (column * _cellWidth) + ((j + 0.5) * _cellWidth / _columns);
                    Sample(pixels, y, x, ref sum, ref greatest);
                }

            int count = _rows * _columns;
            return _isMax ? (count == 0 ? 0 : greatest) : sum / Math.Max(count, 1);
        }

        void Sample<T>(ReadOnlySpan<T> pixels, double y, double x, ref double sum, ref double greatest) where T : INumber<T>
        {
            if (y < -1 || y > _height || x < -1 || x > _width || double.IsNaN(y + x))
            {
                greatest = Math.Max(greatest, 0);
                return;
            }

            (y, x) = (Math.Clamp(y, 0, _height - 1), Math.Clamp(x, 0, _width - 1));
            int top = (int)y, left = (int)x, bottom = Math.Min(top + 1, _height - 1), right = Math.Min(left + 1, _width - 1);
            double down = y - top, across = x - left;
            double a = (1 - down) * (1 - across) * double.CreateTruncating(pixels[(top * _width) + left]), b = (1 - down) * across * double.CreateTruncating(pixels[(top * _width) + right]);
            double c = down * (1 - across) * double.CreateTruncating(pixels[(bottom * _width) + left]), d = down * across * double.CreateTruncating(pixels[(bottom * _width) + right]);
            sum += a + b + c + d;
            greatest = Math.Max(greatest, Math.Max(Math.Max(a, b), Math.Max(c, d)));
        }
    }
}
