using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The quantised layer of com.microsoft: y = (Σ (a − za)(b − zb) + c) · sa · sb, with c in whole numbers; quantised again if a scale of y is given.</summary>
/// <remarks>As a rewrite makes it, A may have any number of axes: all but the last are rows. B is constant.</remarks>
sealed class QGemm : Kernel
{
    readonly IntegerWeights _weights;
    readonly float _alpha;
    readonly bool _isRectified;

    public QGemm(Node node)
    {
        if (node.Int("transA", 0) != 0) throw node.Wrong("transA 1", "0");
        _alpha = node.Float("alpha", 1);
        _isRectified = node.FusedActivation is not null;   // a Relu
        _weights = IntegerWeights.Take(node, 3, 5, node.Int("transB", 0) != 0) ?? throw node.Wrong("B that changes from run to run", "weights of 8 bits stored in the file");
    }

    public override void Run(Call call)
    {
        var (a, aScale, bScale, bias) = (call.Input(0), call.Input(1), call.Input(4), call.OptionalInput(6));
        int columns = _weights.Columns;
        if (a.Rank == 0 || a.Sizes[^1] != _weights.Inner) throw call.Wrong($"A of sizes {Value.Text(a.Sizes)}", $"{_weights.Inner} along the last axis");
        if (aScale.Count != 1 || call.OptionalInput(2) is { Count: not 1 } || (bScale.Count != 1 && bScale.Count != columns)) throw call.Wrong($"{aScale.Count} and {bScale.Count} scales", $"1, and 1 or {columns}");
        if (bias is not null && bias.Count != columns) throw call.Wrong($"C of sizes {Value.Text(bias.Sizes)}", $"[{columns}]");
        Span<int> sizes = stackalloc int[a.Rank];
        a.Sizes.CopyTo(sizes);
        sizes[^1] = columns;
        int rows = _weights.Inner == 0 ? 0 : a.Count / _weights.Inner;
        int count = checked(rows * columns);
        var room = call.Scratch.Take<int>(count + columns);
        var sums = room[..count];
        _weights.Multiply(a, call.OptionalInput(2), sums, call);
        if (bias is not null)
            for (int start = 0; start < count; start += columns) System.Numerics.Tensors.TensorPrimitives.Add(sums.Slice(start, columns), bias.Read<int>(), sums.Slice(start, columns));

        var scales = System.Runtime.InteropServices.MemoryMarshal.Cast<int, float>(room[count..]);
        float left = Requantiser.ScaleAt(aScale, 0, call) * _alpha;
        for (int column = 0; column < columns; column++) scales[column] = left * Requantiser.ScaleAt(bScale, column, call);
        if (call.OptionalInput(7) is { } yScale) Quantised(call, sums, scales, Requantiser.ScaleAt(yScale, 0, call), sizes);
        else Real(call, sums, scales, sizes);
    }

    void Quantised(Call call, ReadOnlySpan<int> sums, Span<float> scales, float yScale, ReadOnlySpan<int> sizes)
    {
        var (type, zero) = Requantiser.ZeroOf(call.Input(8), call);
        var range = Requantiser.RangeOf(type);
        if (_isRectified) range.Low = Math.Max(range.Low, zero);
        foreach (ref float scale in scales) scale /= yScale;
        Requantiser.Apply(sums, scales, zero, call.Output.Write(type, sizes), range);
    }

    void Real(Call call, ReadOnlySpan<int> sums, ReadOnlySpan<float> scales, ReadOnlySpan<int> sizes)
    {
        var y = call.Output.Write<float>(sizes);
        for (int start = 0; start < y.Length; start += scales.Length)
            for (int column = 0; column < scales.Length; column++)
            {
                float value = sums[start + column] * scales[column];
                y[start + column] = _isRectified ? MathF.Max(value, 0) : value;
            }
    }
}
