using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The product of quantised matrices, quantised again: y = saturate(round(Σ (a − za)(b − zb) · sa · sb / sy) + zy).</summary>
sealed class QLinearMatMul(Node node) : Kernel
{
    readonly IntegerMatMul _product = new(IntegerWeights.Take(node, 3, 5));

    public override void Run(Call call)
    {
        var (a, b, aScale, bScale, yScale) = (call.Input(0), call.OptionalInput(3), call.Input(1), call.Input(4), call.Input(6));
        Span<int> sizes = stackalloc int[_product.Rank(a, b, call)];
        var sums = _product.Multiply(call, a, call.Input(2), b, call.OptionalInput(5), sizes, out int columns);
        int rows = a.Rank == 1 ? 1 : a.Sizes[^2];
        if ((aScale.Count != 1 && aScale.Count != rows) || (bScale.Count != 1 && bScale.Count != columns) || yScale.Count != 1)
            throw call.Wrong($"{aScale.Count}, {bScale.Count} and {yScale.Count} scales", $"1 or {rows}, 1 or {columns}, and 1");
        var (type, zero) = Requantiser.ZeroOf(call.Input(7), call);
        var y = call.Output.Write(type, sizes);
        float toY = Requantiser.ScaleAt(yScale, 0, call);
        for (int start = 0, row = 0; start < y.Length; start += columns, row++)
        {
            float left = Requantiser.ScaleAt(aScale, row % rows, call);
            int run = bScale.Count == 1 ? columns : 1;
            for (int column = 0; column < columns; column += run)
                Requantiser.Apply(sums.Slice(start + column, run), bias: 0, left * Requantiser.ScaleAt(bScale, column, call) / toY, zero, y.Slice(start + column, run), Requantiser.RangeOf(type));
        }
    }
}
