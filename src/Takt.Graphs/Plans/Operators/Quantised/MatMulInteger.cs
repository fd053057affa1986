namespace Takt.Graphs.Plans.Operators;

/// <summary>The product of 8-bit matrices in int32, zero points taken off first.</summary>
sealed class MatMulInteger : Kernel
{
    public override void Run(Call call)
    {
        var (a, b) = (call.Input(0), call.Input(1));
        Span<int> sizes = stackalloc int[IntegerMatMul.Rank(a, b, call)];
        var sums = IntegerMatMul.Multiply(call, a, call.OptionalInput(2), b, call.OptionalInput(3), sizes, out _);
        sums.CopyTo(call.Output.Write<int>(sizes));
    }
}
