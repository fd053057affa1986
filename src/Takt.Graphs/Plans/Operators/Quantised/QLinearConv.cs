using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution of quantised images, quantised again: y = saturate(round((Σ (x − zx)(w − zw) + bias) · sx · sw / sy) + zy); weights may have one scale an output.</summary>
sealed class QLinearConv(Node node) : Kernel
{
    readonly IntegerConvolution _convolution = new(node, 3, 5);
    readonly bool _isRectified = node.FusedActivation is not null;   // a Relu: nothing below zero, which is the zero point

    public override void Run(Call call)
    {
        var (x, weight, scale, bias) = (call.Input(0), call.OptionalInput(3), call.Input(4), call.OptionalInput(8));
        Span<int> sizes = stackalloc int[x.Rank];
        var sums = _convolution.Run(call, x, call.Input(2), weight, call.OptionalInput(5), sizes);
        int outputs = sizes[1], result = sums.IsEmpty ? 0 : sums.Length / (sizes[0] * outputs);
        if ((scale.Count != 1 && scale.Count != outputs) || (bias is not null && bias.Count != outputs)) throw call.Wrong($"{scale.Count} scales and {bias?.Count ?? 0} biases for {outputs} outputs", $"1 or {outputs}, and none or {outputs}");
        var (type, zero) = Requantiser.ZeroOf(call.Input(7), call);
        float xScale = Requantiser.ScaleAt(call.Input(1), 0, call), yScale = Requantiser.ScaleAt(call.Input(6), 0, call);
        var range = Requantiser.RangeOf(type);
        if (_isRectified) range.Low = Math.Max(range.Low, zero);
        var y = call.Output.Write(type, sizes);
        for (int start = 0, plane = 0; start < y.Length; start += result, plane++)
        {
            int output = plane % outputs, added = bias is null ? 0 : bias.Read<int>()[output];
            Requantiser.Apply(sums.Slice(start, result), added, xScale * Requantiser.ScaleAt(scale, output, call) / yScale, zero, y.Slice(start, result), range);
        }
    }
}
