using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The Lᵖ norm of every window, p = 2 unless given.</summary>
sealed class LpPool(Node node) : Pool(node)
{
    readonly int _p = (int)Math.Clamp(node.Int("p", 2), 1, int.MaxValue);

    protected override void Run(Call call, Value x, WindowSizes windows, ReadOnlySpan<int> sizes)
    {
        switch (x.Type)
        {
            case ElementType.Float32: PlainPooling.Run(new Norm<float>(_p), windows, countsPadding: false, x.Read<float>(), call.Output.Write<float>(sizes)); break;
            case ElementType.Float64: PlainPooling.Run(new Norm<double>(_p), windows, countsPadding: false, x.Read<double>(), call.Output.Write<double>(sizes)); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64 or Float16");
        }
    }
}
