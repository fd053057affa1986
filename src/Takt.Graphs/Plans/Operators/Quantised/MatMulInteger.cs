using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The product of 8-bit matrices in int32, zero points taken off first.</summary>
sealed class MatMulInteger(Node node) : Kernel
{
    readonly IntegerMatMul _product = new(IntegerWeights.Take(node, 1, 3));

    public override void Run(Call call)
    {
        var (a, b) = (call.Input(0), call.OptionalInput(1));
        Span<int> sizes = stackalloc int[_product.Rank(a, b, call)];
        var sums = _product.Multiply(call, a, call.OptionalInput(2), b, call.OptionalInput(3), sizes, out _);
        sums.CopyTo(call.Output.Write<int>(sizes));
    }
}
