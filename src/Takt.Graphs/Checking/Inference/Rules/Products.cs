using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>Matrix products and what is made of them.</summary>
static class Products
{
    public static void MatMul(NodeView node) => node.Set(0, node.Element(), Multiplied(node, node.Shape(0), node.Shape(1)));

    public static void MatMulInteger(NodeView node) => node.Set(0, (int)DataType.Int32, Multiplied(node, node.Shape(0), node.Shape(1)));

    public static void QLinearMatMul(NodeView node) => node.Set(0, node.Element(7), Multiplied(node, node.Shape(0), node.Shape(3)));

    public static void Gemm(NodeView node)
    {
        bool left = node.Int("transA", 0) != 0, right = node.Int("transB", 0) != 0;
        if (node.Shape(0) is not { } a || node.Shape(1) is not { } b)
        {
            node.Set(0, node.Element(), [node.Shape(0) is [var m, var n] ? left ? n : m : null, node.Shape(1) is [var p, var q] ? right ? p : q : null]);
            return;
        }

        if (a.Count != 2 || b.Count != 2) throw node.Wrong($"{a.Count} and {b.Count} axes", "two matrices");
        CheckInner(node, a[left ? 0 : 1], b[right ? 1 : 0], a, b);
        node.Set(0, node.Element(), [a[left ? 1 : 0], b[right ? 0 : 1]]);
    }

    /// <summary>LSTM, GRU and RNN: all states, then the last ones.</summary>
    public static void Recurrent(NodeView node)
    {
        SymbolicSize? directions = node.Text("direction", "forward") == "bidirectional" ? 2 : 1;
        SymbolicSize? hidden = node.Attribute("hidden_size") is { } size ? size.I : node.Shape(2) is [.., var last] ? last : null;
        bool batchFirst = node.Int("layout", 0) != 0;
        var (time, batch) = node.Shape() is [var first, var second, _] ? batchFirst ? (second, first) : (first, second) : (null, null);
        node.Set(0, node.Element(), batchFirst ? [batch, time, directions, hidden] : [time, directions, batch, hidden]);
        for (int i = 1; i < node.OutputCount; i++) node.Set(i, node.Element(), batchFirst ? [batch, directions, hidden] : [directions, batch, hidden]);
    }

    public static void Attention(NodeView node)
    {
        if (node.Shape(0) is { Count: 4 } q && node.Shape(2) is { Count: 4 } v) node.Set(0, node.Element(), [q[0], q[1], q[2], v[3]]);
        else if (node.Shape(0) is { Count: 3 } rows && node.Shape(2) is { Count: 3 } values && node.Int("q_num_heads", 0) is > 0 and var heads && node.Int("kv_num_heads", 0) is > 0 and var groups)
            node.Set(0, node.Element(), [rows[0], rows[1], SymbolicSize.Product(SymbolicSize.Exactly(values[2], groups), heads)]);
        else node.Set(0, node.Element(), shape: null);
    }

    /// <summary>As numpy multiplies: vectors are matrices of one row or column, and axes in front are stretched.</summary>
    static IReadOnlyList<SymbolicSize?>? Multiplied(NodeView node, IReadOnlyList<SymbolicSize?>? a, IReadOnlyList<SymbolicSize?>? b)
    {
        if (a is null || b is null) return null;
        if (a.Count == 0 || b.Count == 0) throw node.Wrong("a single number", "vectors or matrices");
        CheckInner(node, a[^1], b.Count == 1 ? b[0] : b[^2], a, b);
        if (a.Count == 1 && b.Count == 1) return [];
        if (b.Count == 1) return [.. a.SkipLast(1)];
        if (a.Count == 1) return [.. b.SkipLast(2), b[^1]];
        return Elementwise.Stretch([.. a.SkipLast(2)], [.. b.SkipLast(2)], node) is { } front ? [.. front, a[^2], b[^1]] : null;
    }

    static void CheckInner(NodeView node, SymbolicSize? left, SymbolicSize? right, IReadOnlyList<SymbolicSize?> a, IReadOnlyList<SymbolicSize?> b)
    {
        if (left?.Value is { } one && right?.Value is { } two && one != two)
            throw node.Wrong($"inner sizes {one} and {two} of {InferredType.ShapeText(a)} and {InferredType.ShapeText(b)}", "equal ones");
    }
}
