using System.Numerics;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The largest element of every window; padding is smaller than anything. The second output, if wanted, says where in X it stands.</summary>
sealed class MaxPool(Node node) : Pool(node)
{
    readonly bool _byColumns = node.Int("storage_order", 0) != 0;

    protected override void Run(Call call, Value x, WindowSizes windows, ReadOnlySpan<int> sizes)
    {
        var places = call.OptionalOutput(1) is { } wanted ? wanted.Write<long>(sizes) : default;
        switch (x.Type)
        {
            case ElementType.Float32:
                var y = call.OptionalOutput(0) is { } first ? first.Write<float>(sizes) : call.Scratch.Take<float>(places.Length);
                if (places.IsEmpty && TryFlat(x.Sizes[0] * x.Sizes[1], windows, countsPadding: false, out var flat)) Pooling.Max(flat, x.Read<float>(), y);
                else PlainPooling.Largest(windows, float.NegativeInfinity, _byColumns, x.Read<float>(), y, places);
                break;
            case ElementType.Float64: PlainPooling.Largest(windows, double.NegativeInfinity, _byColumns, x.Read<double>(), call.Output.Write<double>(sizes), places); break;
            case ElementType.UInt8: Whole<byte>(call, x, windows, sizes, places); break;
            case ElementType.Int8: Whole<sbyte>(call, x, windows, sizes, places); break;
            default: throw call.Wrong($"an input of {x.Type}", "Float32, Float64, Float16, Int8 or UInt8");
        }
    }

    void Whole<T>(Call call, Value x, WindowSizes windows, ReadOnlySpan<int> sizes, Span<long> places) where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var y = call.Output.Write<T>(sizes);
        if (places.IsEmpty && TryFlat(x.Sizes[0] * x.Sizes[1], windows, countsPadding: false, out var flat)) Pooling.Max(flat, x.Read<T>(), y);
        else PlainPooling.Largest(windows, T.MinValue, _byColumns, x.Read<T>(), y, places);
    }
}
