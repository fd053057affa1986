using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The greatest pixel of each cell of each region, corners rounded to whole pixels (Girshick 2015, Fast R-CNN). Cells without pixels are 0.</summary>
sealed class MaxRoiPool : Kernel
{
    readonly int _height, _width;
    readonly float _scale;

    public MaxRoiPool(Node node)
    {
        if (node.Ints("pooled_shape") is not [> 0 and <= 1 << 15, > 0 and <= 1 << 15] shape) throw node.Wrong("no pooled_shape of two sizes", $"two from 1 to {1 << 15}");
        (_height, _width, _scale) = ((int)shape[0], (int)shape[1], node.Float("spatial_scale", 1));
    }

    public override void Run(Call call)
    {
        var (x, rois) = (call.Input(0), call.Input(1));
        if (x.Rank != 4 || rois.Rank != 2 || rois.Sizes[1] != 5) throw call.Wrong($"X {Value.Text(x.Sizes)} and regions {Value.Text(rois.Sizes)}", "[batch, channels, height, width] and [regions, 5]");
        int channels = x.Sizes[1], height = x.Sizes[2], width = x.Sizes[3], written = 0;
        ReadOnlySpan<float> from = x.Read<float>(), regions = rois.Read<float>();
        var to = call.Output.Write<float>([rois.Sizes[0], channels, _height, _width]);
        for (int r = 0; r < rois.Sizes[0]; r++)
        {
            var region = regions.Slice(r * 5, 5);
            int batch = (int)region[0];
            if (batch < 0 || batch >= x.Sizes[0]) throw call.Wrong($"batch index {batch}", $"0 to {x.Sizes[0] - 1}");
            int left = Pixel(region[1]), top = Pixel(region[2]), wide = Math.Max(Pixel(region[3]) - left + 1, 1), tall = Math.Max(Pixel(region[4]) - top + 1, 1);
            for (int c = 0; c < channels; c++)
            {
                var pixels = from.Slice(((batch * channels) + c) * height * width, height * width);
                for (int row = 0; row < _height; row++)
                    for (int column = 0; column < _width; column++)
                    {
                        var (first, end) = Cell(row, tall, _height, top, height);
                        var (begin, stop) = Cell(column, wide, _width, left, width);
                        float greatest = first < end && begin < stop ? float.NegativeInfinity : 0;
                        for (int i = first; i < end; i++)
                            for (int j = begin; j < stop; j++) greatest = Math.Max(greatest, pixels[(i * width) + j]);
                        to[written++] = greatest;
                    }
            }
        }
    }

    int Pixel(float place) => (int)Math.Clamp(MathF.Round(place * _scale, MidpointRounding.AwayFromZero), -(1 << 24), 1 << 24);

    static (int First, int End) Cell(int cell, int size, int cells, int start, int image)
    {
        double each = (double)size / cells;
        return ((int)Math.Clamp(Math.Floor(cell * each) + start, 0, image), (int)Math.Clamp(Math.Ceiling((cell + 1) * each) + start, 0, image));
    }
}
