using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>Operators that slide a window over an image: convolutions and pools.</summary>
static class Windows
{
    public static void Conv(NodeView node) => Convolve(node, node.Element(), weights: 1);

    public static void ConvInteger(NodeView node) => Convolve(node, (int)DataType.Int32, weights: 1);

    public static void QLinearConv(NodeView node) => Convolve(node, node.Element(7), weights: 3);

    public static void Pool(NodeView node)
    {
        var shape = node.Ints("kernel_shape") is { } kernel ? Slide(node, node.Shape(), node.Shape() is [_, var channels, ..] ? channels : null, [.. kernel.Select(k => (SymbolicSize?)k)]) : null;
        node.Set(0, node.Element(), shape);
        node.Set(1, (int)DataType.Int64, shape);
    }

    public static void ConvTranspose(NodeView node)
    {
        if (node.Shape() is not { Count: > 2 } x || node.Shape(1) is not { } w || w.Count != x.Count)
        {
            node.Set(0, node.Element(), shape: null);
            return;
        }

        int axes = x.Count - 2;
        long[] strides = Or(node.Ints("strides"), axes, 1), dilations = Or(node.Ints("dilations"), axes, 1), extra = Or(node.Ints("output_padding"), axes, 0), pads = Or(node.Ints("pads"), 2 * axes, 0);
        long[]? wanted = node.Ints("output_shape");
        bool same = node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal);
        var shape = new SymbolicSize?[x.Count];
        (shape[0], shape[1]) = (x[0], SymbolicSize.Product(w[1], node.Int("group", 1)));
        for (int i = 0; i < axes; i++)
            shape[i + 2] = wanted is not null && wanted.Length == axes ? wanted[i]
                : same ? SymbolicSize.Product(x[i + 2], strides[i])
                : w[i + 2]?.Value is { } k ? SymbolicSize.Sum(SymbolicSize.Product(SymbolicSize.Difference(x[i + 2], 1), strides[i]), extra[i] + ((k - 1) * dilations[i]) + 1 - pads[i] - pads[axes + i])
                : null;
        node.Set(0, node.Element(), shape);
    }

    static void Convolve(NodeView node, int element, int weights)
    {
        var x = node.Shape();
        var w = node.Shape(weights);
        if (x is not null && w is not null)
        {
            if (x.Count != w.Count || x.Count < 3) throw node.Wrong($"an input of {x.Count} axes and weights of {w.Count}", "as many, at least 3");
            if (x[1]?.Value is { } found && w[1]?.Value is { } each && found != each * node.Int("group", 1))
                throw node.Wrong($"{found} channels", $"{each * node.Int("group", 1)} as the weights {InferredType.ShapeText(w)} want in {node.Int("group", 1)} groups");
        }

        SymbolicSize?[]? kernel = node.Ints("kernel_shape") is { } given ? [.. given.Select(k => (SymbolicSize?)k)] : w is { Count: > 2 } ? [.. w.Skip(2)] : null;
        node.Set(0, element, kernel is null ? null : Slide(node, x, w is [var channels, ..] ? channels : null, kernel));
    }

    /// <summary>⌊(size + pads − (kernel − 1) · dilation − 1) / stride⌋ + 1 along each axis of the image.</summary>
    static SymbolicSize?[]? Slide(NodeView node, IReadOnlyList<SymbolicSize?>? x, SymbolicSize? channels, SymbolicSize?[] kernel)
    {
        int axes = kernel.Length;
        if (x is null) return null;
        if (x.Count != axes + 2) throw node.Wrong($"{x.Count} axes", $"{axes + 2} for a window of {axes}");
        long[] strides = Or(node.Ints("strides"), axes, 1), dilations = Or(node.Ints("dilations"), axes, 1), pads = Or(node.Ints("pads"), 2 * axes, 0);
        string auto = node.Text("auto_pad", "NOTSET");
        bool up = node.Int("ceil_mode", 0) != 0;
        var shape = new SymbolicSize?[x.Count];
        (shape[0], shape[1]) = (x[0], channels);
        for (int i = 0; i < axes; i++)
        {
            if (strides[i] < 1 || dilations[i] < 1) throw node.Wrong($"stride {strides[i]}, dilation {dilations[i]}", "1 or more");
            if (auto.StartsWith("SAME", StringComparison.Ordinal)) shape[i + 2] = SymbolicSize.Quotient(x[i + 2], strides[i], up: true);
            else if (kernel[i]?.Value is { } k && !up)
                shape[i + 2] = SymbolicSize.Sum(SymbolicSize.Quotient(SymbolicSize.Sum(x[i + 2], (auto == "VALID" ? 0 : pads[i] + pads[axes + i]) - ((k - 1) * dilations[i]) - 1), strides[i]), 1);
            if (shape[i + 2]?.Value < 0) throw node.Wrong($"a window larger than the image along axis {i + 2}", "a smaller one");
        }

        return shape;
    }

    static long[] Or(long[]? given, int count, long otherwise) => given is { } list && list.Length == count ? list : [.. Enumerable.Repeat(otherwise, count)];
}
