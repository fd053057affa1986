using System.Numerics;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The grid for GridSample that an affine map makes: places from −1 to 1 (last axis first), each multiplied by theta [batch, axes, axes + 1].</summary>
sealed class AffineGrid(Node node) : Kernel
{
    readonly bool _alignsCorners = node.Int("align_corners", 0) != 0;

    public override void Run(Call call)
    {
        if (call.Input().Type == ElementType.Float64) Run<double>(call);
        else Run<float>(call);
    }

    void Run<T>(Call call) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (theta, shape) = (call.Input(0), call.Input(1));
        int axes = shape.Count - 2;
        if (axes is not (2 or 3) || theta.Rank != 3 || theta.Sizes[1] != axes || theta.Sizes[2] != axes + 1)
            throw call.Wrong($"theta {Value.Text(theta.Sizes)} for a size of {shape.Count} numbers", "[batch, 2, 3] for 4 numbers, or [batch, 3, 4] for 5");
        Span<long> wanted = stackalloc long[shape.Count];
        WholeNumbers.Read(shape, wanted, call);
        if (wanted[0] != theta.Sizes[0]) throw call.Wrong($"a batch of {wanted[0]} with {theta.Sizes[0]} maps", "equally many");
        Span<int> sizes = stackalloc int[axes + 2], position = stackalloc int[axes];
        sizes[0] = theta.Sizes[0];
        for (int i = 0; i < axes; i++) sizes[i + 1] = wanted[i + 2] is >= 0 and <= int.MaxValue ? (int)wanted[i + 2] : throw call.Wrong($"size {wanted[i + 2]}", "0 or more");
        sizes[^1] = axes;
        long places = sizes[0];
        foreach (int size in sizes[1..^1]) places = checked(places * size);
        var room = call.Scratch.Take<T>(theta.Count + checked(places * axes));
        var maps = Numbers.Read(theta, room[..theta.Count], call);
        var to = room[theta.Count..];
        var image = sizes[1..^1];
        position.Clear();
        long each = sizes[0] == 0 ? 0 : places / sizes[0];
        for (int p = 0; p < places; p++, Broadcast.Advance(position, image))
        {
            var map = maps.Slice((int)(p / each) * axes * (axes + 1), axes * (axes + 1));
            for (int row = 0; row < axes; row++)
            {
                double sum = double.CreateTruncating(map[(row * (axes + 1)) + axes]);
                for (int i = 0; i < axes; i++)   // the map's first column is for the last axis
                    sum += double.CreateTruncating(map[(row * (axes + 1)) + i]) * Place(position[axes - 1 - i], image[axes - 1 - i]);
                to[(p * axes) + row] = T.CreateTruncating(sum);
            }
        }

        Numbers.Write<T>(to, call.Output, theta.Type, sizes, call);
    }

    double Place(int position, int size) =>
        _alignsCorners ? size == 1 ? 0 : (2.0 * position / (size - 1)) - 1 : (((2.0 * position) + 1) / size) - 1;
}
