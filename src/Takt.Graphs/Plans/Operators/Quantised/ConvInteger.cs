using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution of 8-bit images in int32, zero points taken off first.</summary>
sealed class ConvInteger(Node node) : Kernel
{
    readonly IntegerConvolution _convolution = new(node, 1, 3);

    public override void Run(Call call)
    {
        var (x, zero, weight, weightZero) = (call.Input(0), call.OptionalInput(2), call.OptionalInput(1), call.OptionalInput(3));
        Span<int> room = stackalloc int[WindowAttributes.Lists * WindowAttributes.MostAxes], sizes = stackalloc int[x.Rank];
        var windows = _convolution.Resolve(call, x, zero, weight, weightZero, room, sizes);
        _convolution.Run(call, windows, x, zero, weight, weightZero, sizes, new IntegerRows(call.Output.Write<int>(sizes)));
    }
}
