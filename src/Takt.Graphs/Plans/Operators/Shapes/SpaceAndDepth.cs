using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Moves blocks of a picture's points into channels, or channels back into blocks of points.</summary>
sealed class SpaceAndDepth(Node node, bool toSpace) : MovingKernel
{
    readonly long _block = node.Int("blocksize", 0);
    readonly bool _columnsFirst = node.Text("mode", "DCR") == "CRD";   // channels of one point are neighbours, rather than points of one channel

    protected override void Run<T>(Call call)
    {
        var x = call.Input();
        if (x.Rank != 4 || _block is < 1 or > short.MaxValue) throw call.Wrong($"sizes {Value.Text(x.Sizes)} in blocks of {_block}", "[batch, channels, height, width] and a block of at least 1");
        int block = (int)_block, blocks = block * block;
        int channels = toSpace ? x.Sizes[1] / blocks : x.Sizes[1], height = toSpace ? x.Sizes[2] : x.Sizes[2] / block, width = toSpace ? x.Sizes[3] : x.Sizes[3] / block;
        if (toSpace ? channels * blocks != x.Sizes[1] : height * block != x.Sizes[2] || width * block != x.Sizes[3]) throw call.Wrong($"sizes {Value.Text(x.Sizes)} in blocks of {block}", "whole blocks");
        var from = x.ReadAs<T>();
        var y = toSpace
            ? call.Output.WriteAs<T>(x.Type, [x.Sizes[0], channels, height * block, width * block])
            : call.Output.WriteAs<T>(x.Type, [x.Sizes[0], channels * blocks, height, width]);
        for (int member = 0; member < x.Sizes[0]; member++)
            for (int channel = 0; channel < channels; channel++)
                for (int down = 0; down < block; down++)
                    for (int right = 0; right < block; right++)
                    {
                        int point = (down * block) + right, deep = _columnsFirst ? (channel * blocks) + point : (point * channels) + channel;
                        for (int row = 0; row < height; row++)
                        {
                            int depth = ((((member * channels * blocks) + deep) * height) + row) * width;
                            int space = ((((((member * channels) + channel) * height) + row) * block) + down) * width * block + right;
                            if (toSpace) for (int column = 0; column < width; column++) y[space + (column * block)] = from[depth + column];
                            else for (int column = 0; column < width; column++) y[depth + column] = from[space + (column * block)];
                        }
                    }
    }
}
