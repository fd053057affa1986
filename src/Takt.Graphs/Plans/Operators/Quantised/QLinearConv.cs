using System.Runtime.InteropServices;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Convolution of quantised images, quantised again: y = saturate(round((Σ (x − zx)(w − zw) + bias) · sx · sw / sy) + zy); weights may have one scale an output.</summary>
sealed class QLinearConv(Node node) : Kernel
{
    readonly IntegerConvolution _convolution = new(node, 3, 5);
    readonly bool _isRectified = node.FusedActivation is not null;   // a Relu: nothing below zero, which is the zero point

    public override void Run(Call call)
    {
        var (x, xZero, weight, scale, weightZero, bias) = (call.Input(0), call.Input(2), call.OptionalInput(3), call.Input(4), call.OptionalInput(5), call.OptionalInput(8));
        Span<int> room = stackalloc int[WindowAttributes.Lists * WindowAttributes.MostAxes], sizes = stackalloc int[x.Rank];
        var windows = _convolution.Resolve(call, x, xZero, weight, weightZero, room, sizes);
        int outputs = sizes[1];
        if ((scale.Count != 1 && scale.Count != outputs) || (bias is not null && bias.Count != outputs)) throw call.Wrong($"{scale.Count} scales and {bias?.Count ?? 0} biases for {outputs} outputs", $"1 or {outputs}, and none or {outputs}");
        var (type, zero) = Requantiser.ZeroOf(call.Input(7), call);
        float xScale = Requantiser.ScaleAt(call.Input(1), 0, call), yScale = Requantiser.ScaleAt(call.Input(6), 0, call);
        var range = Requantiser.RangeOf(type);
        if (_isRectified) range.Low = Math.Max(range.Low, zero);
        var y = call.Output.Write(type, sizes);
        _convolution.Run(call, windows, x, xZero, weight, weightZero, sizes, new Requantised(call, scale, xScale, yScale, bias, zero, range, y));
    }

    /// <summary>Sums to bytes, row by row.</summary>
    readonly ref struct Requantised(Call call, Value scale, float xScale, float yScale, Value? bias, int zero, (int Low, int High) range, Span<byte> y) : IIntegerSums
    {
        readonly Span<byte> _y = y;

        public void Take(int output, int at, Span<int> sums, int width, int pitch)
        {
            var made = MemoryMarshal.AsBytes(sums)[..sums.Length];   // each byte lies before the sums that are still to be read
            Requantiser.Apply(sums, bias is null ? 0 : bias.Read<int>()[output], xScale * Requantiser.ScaleAt(scale, output, call) / yScale, zero, made, range);
            if (width == pitch) made.CopyTo(_y[at..]);
            else for (int from = 0; from < made.Length; from += pitch, at += width) made.Slice(from, width).CopyTo(_y[at..]);
        }
    }
}
