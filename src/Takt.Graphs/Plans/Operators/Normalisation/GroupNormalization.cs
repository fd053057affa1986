using System.Numerics;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Groups of an image's channels brought to mean 0 and variance 1, then scaled and shifted: InstanceNormalization (every channel by itself) and GroupNormalization.</summary>
/// <remarks>GroupNormalization scales and shifts each group in operator set 18 and each channel from 21 on; the lengths tell which.</remarks>
sealed class GroupNormalization : Kernel
{
    readonly int _groups;
    readonly float _epsilon;

    public GroupNormalization(Node node)
    {
        _groups = node.Operator == "InstanceNormalization" ? 0 : (int)Math.Clamp(node.Int("num_groups", 0), 0, int.MaxValue);
        if (_groups == 0 && node.Operator == "GroupNormalization") throw node.Wrong("no num_groups", "1 or more");
        _epsilon = node.Float("epsilon", 1e-5f);
    }

    public override void Run(Call call)
    {
        Value x = call.Input(0), scale = call.Input(1), shift = call.Input(2);
        if (x.Rank < 2) throw call.Wrong($"an input of sizes {Value.Text(x.Sizes)}", "[batch, channels, …]");
        int channels = x.Sizes[1], groups = _groups == 0 ? channels : _groups;
        if (groups != 0 && channels % groups != 0) throw call.Wrong($"{channels} channels in {groups} groups", "a multiple");
        if (scale.Count != shift.Count || (scale.Count != channels && scale.Count != groups)) throw call.Wrong($"scale {Value.Text(scale.Sizes)} and shift {Value.Text(shift.Sizes)}", $"[{channels}]");
        switch (x.Type)
        {
            case ElementType.Float32: Single(call, channels, groups); break;
            case ElementType.Float64: Plain<double>(call, channels, groups); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }

    void Single(Call call, int channels, int groups)
    {
        var x = call.Input(0);
        var y = call.Output.Write<float>(x.Sizes);
        if (x.Count == 0) return;
        int rows = x.Sizes[0] * groups, width = x.Count / rows, planes = x.Sizes[0] * channels, pixels = x.Count / planes, together = channels / groups;
        ReadOnlySpan<float> from = x.Read<float>(), scale = call.Input(1).Read<float>(), shift = call.Input(2).Read<float>();
        var room = call.Scratch.Take<float>((2 * rows) + (3 * planes));
        Span<float> mean = room[..rows], variance = room.Slice(rows, rows), middle = room.Slice(2 * rows, planes), factor = room.Slice((2 * rows) + planes, planes), level = room.Slice((2 * rows) + (2 * planes), planes);
        BatchNormKernel.Measure(from, rows, width, mean, variance);   // an image's group is a channel of a single image
        for (int plane = 0; plane < planes; plane++)
        {
            int row = plane / together, at = scale.Length == channels ? plane % channels : row % groups;
            (middle[plane], factor[plane], level[plane]) = (mean[row], scale[at] * (1 / MathF.Sqrt(variance[row] + _epsilon)), shift[at]);
        }

        BatchNormKernel.Apply(from, planes, pixels, middle, factor, level, y);
    }

    void Plain<T>(Call call, int channels, int groups) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var input = call.Input(0);
        ReadOnlySpan<T> x = input.Read<T>(), scale = call.Input(1).Read<T>(), shift = call.Input(2).Read<T>();
        var y = call.Output.Write<T>(input.Sizes);
        if (x.IsEmpty) return;
        int rows = input.Sizes[0] * groups, width = x.Length / rows, pixels = width / (channels / groups);
        for (int row = 0; row < rows; row++)
        {
            var (mean, inverse) = Moments.Of(x.Slice(row * width, width), T.CreateTruncating(_epsilon));
            for (int i = 0; i < width; i++)
            {
                int channel = ((row % groups) * (channels / groups)) + (i / pixels), at = scale.Length == channels ? channel : row % groups;
                y[(row * width) + i] = ((x[(row * width) + i] - mean) * inverse * scale[at]) + shift[at];
            }
        }
    }
}
