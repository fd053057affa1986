using System.Numerics;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>y = (x − mean) · scale/√(variance + ε) + shift, channel by channel, with the statistics of the training.</summary>
sealed class BatchNormalization : Kernel
{
    readonly float _epsilon;

    public BatchNormalization(Node node)
    {
        if (node.Int("training_mode", 0) != 0) throw node.Wrong("training_mode 1", "a model for use", "Export the model in evaluation mode.");
        if (node.Int("spatial", 1) == 0) throw node.Wrong("spatial 0", "statistics per channel");
        _epsilon = node.Float("epsilon", 1e-5f);
    }

    public override void Run(Call call)
    {
        var x = call.Input();
        int channels = x.Rank < 2 ? 1 : x.Sizes[1], pixels = 1;
        if (x.Rank == 0) throw call.Wrong("a scalar", "[batch, channels, …]");
        foreach (int size in x.Rank < 2 ? [] : x.Sizes[2..]) pixels *= size;
        for (int i = 1; i <= 4; i++)
            if (call.Input(i).Count != channels) throw call.Wrong($"input {i} of sizes {Value.Text(call.Input(i).Sizes)}", $"[{channels}]");
        switch (x.Type)
        {
            case ElementType.Float32: Single(call, channels, pixels); break;
            case ElementType.Float64: Plain<double>(call, channels, pixels); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }

    void Single(Call call, int channels, int pixels)
    {
        ReadOnlySpan<float> scale = call.Input(1).Read<float>(), variance = call.Input(4).Read<float>();
        var factor = call.Scratch.Take<float>(channels);
        for (int c = 0; c < channels; c++) factor[c] = scale[c] * (1 / MathF.Sqrt(variance[c] + _epsilon));
        var x = call.Input();
        if (x.Count > 0) BatchNormKernel.Apply(x.Read<float>(), channels, pixels, call.Input(3).Read<float>(), factor, call.Input(2).Read<float>(), call.Output.Write<float>(x.Sizes));
        else call.Output.Write<float>(x.Sizes);
    }

    void Plain<T>(Call call, int channels, int pixels) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ReadOnlySpan<T> x = call.Input().Read<T>(), scale = call.Input(1).Read<T>(), shift = call.Input(2).Read<T>(), mean = call.Input(3).Read<T>(), variance = call.Input(4).Read<T>();
        var y = call.Output.Write<T>(call.Input().Sizes);
        for (int i = 0; i < x.Length; i++)
        {
            int c = i / pixels % channels;
            y[i] = T.FusedMultiplyAdd(x[i] - mean[c], scale[c] / T.Sqrt(variance[c] + T.CreateTruncating(_epsilon)), shift[c]);
        }
    }
}
