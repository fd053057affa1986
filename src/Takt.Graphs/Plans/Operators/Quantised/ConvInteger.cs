using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution of 8-bit images in int32, zero points taken off first.</summary>
sealed class ConvInteger(Node node) : Kernel
{
    readonly IntegerConvolution _convolution = new(node, 1, 3);

    public override void Run(Call call)
    {
        Span<int> sizes = stackalloc int[call.Input().Rank];
        var sums = _convolution.Run(call, call.Input(0), call.OptionalInput(2), call.OptionalInput(1), call.OptionalInput(3), sizes);
        sums.CopyTo(call.Output.Write<int>(sizes));
    }
}
