using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The mean of every window; with count_include_pad, padding counts as zeros, but never what lies beyond it.</summary>
sealed class AveragePool(Node node) : Pool(node)
{
    readonly bool _countsPadding = node.Int("count_include_pad", 0) != 0;

    protected override void Run(Call call, Value x, WindowSizes windows, ReadOnlySpan<int> sizes)
    {
        switch (x.Type)
        {
            case ElementType.Float32:
                var y = call.Output.Write<float>(sizes);
                if (TryFlat(x.Sizes[0] * x.Sizes[1], windows, _countsPadding, out var flat)) Pooling.Mean(flat, x.Read<float>(), y);
                else PlainPooling.Run(default(Mean<float>), windows, _countsPadding, x.Read<float>(), y);
                break;
            case ElementType.Float64: PlainPooling.Run(default(Mean<double>), windows, _countsPadding, x.Read<double>(), call.Output.Write<double>(sizes)); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }
}
