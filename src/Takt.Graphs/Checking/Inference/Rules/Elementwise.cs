using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>Operators whose outputs look like their inputs.</summary>
static class Elementwise
{
    /// <summary>Type and shape of the first input.</summary>
    public static void Same(NodeView node) => node.Set(0, node.Element(), node.Shape(), node.Operator == "Identity" ? node.Elements(0) : null);

    /// <summary>Sizes of 1 stretched to the others'.</summary>
    public static void Broadcast(NodeView node)
    {
        var shape = node.Shape();
        for (int i = 1; i < node.InputCount; i++) shape = Stretch(shape, node.Shape(i), node);
        node.Set(0, node.Element(), shape, node.InputCount == 2 ? Calculate(node) : null);
    }

    public static void Compare(NodeView node) => node.Set(0, (int)DataType.Bool, Stretch(node.Shape(0), node.Shape(1), node));

    public static void Test(NodeView node) => node.Set(0, (int)DataType.Bool, node.Shape());

    public static void Where(NodeView node) => node.Set(0, node.Element(1), Stretch(node.Shape(0), Stretch(node.Shape(1), node.Shape(2), node), node));

    public static void Cast(NodeView node)
    {
        int to = (int)node.Int("to", 0);
        node.Set(0, to, node.Shape(), (DataType)to is DataType.Int64 or DataType.Int32 ? node.Elements(0) : null);
    }

    public static void CastLike(NodeView node) => node.Set(0, node.Element(1), node.Shape());

    public static void Dropout(NodeView node)
    {
        node.Set(0, node.Element(), node.Shape());
        node.Set(1, (int)DataType.Bool, node.Shape());
    }

    public static void BatchNormalization(NodeView node)
    {
        node.Set(0, node.Element(), node.Shape());
        for (int i = 1; i < node.OutputCount; i++) node.Set(i, node.Element(3), node.Shape(3));
    }

    public static void LayerNormalization(NodeView node)
    {
        node.Set(0, node.Element(), node.Shape());
        if (node.Shape() is not { } shape) return;
        int axis = node.Axis(node.Int("axis", -1), shape.Count);
        SymbolicSize?[] statistics = [.. shape.Select((size, i) => i < axis ? size : 1)];
        for (int i = 1; i < node.OutputCount; i++) node.Set(i, (int)node.Int("stash_type", (int)DataType.Float), statistics);
    }

    /// <summary>The common shape; null if one is unknown.</summary>
    public static IReadOnlyList<SymbolicSize?>? Stretch(IReadOnlyList<SymbolicSize?>? a, IReadOnlyList<SymbolicSize?>? b, NodeView node)
    {
        if (a is null || b is null) return null;
        var common = new SymbolicSize?[Math.Max(a.Count, b.Count)];
        for (int back = 1; back <= common.Length; back++)
        {
            SymbolicSize? left = back <= a.Count ? a[^back] : 1, right = back <= b.Count ? b[^back] : 1;
            if (left?.Value is > 1 and var x && right?.Value is > 1 and var y && x != y)
                throw node.Wrong($"sizes {InferredType.ShapeText(a)} and {InferredType.ShapeText(b)}", "equal sizes, or 1 where they differ");
            common[^back] =
                left?.Value == 1 ? right
                : right?.Value == 1 || (left is not null && left.Equals(right)) ? left
                : left?.Value is > 1 ? left                 // the other, unknown one must be 1 or the same
                : right?.Value is > 1 ? right : null;
        }

        return common;
    }

    /// <summary>Sums and products of whole numbers that sizes are made of.</summary>
    static SymbolicSize?[]? Calculate(NodeView node)
    {
        if (node.Elements(0) is not { } a || node.Elements(1) is not { } b || a.Count * b.Count == 0 || (a.Count != b.Count && a.Count != 1 && b.Count != 1)) return null;
        Func<SymbolicSize?, SymbolicSize?, SymbolicSize?>? calculate = node.Operator switch
        {
            "Add" => SymbolicSize.Sum,
            "Sub" => SymbolicSize.Difference,
            "Mul" => SymbolicSize.Product,
            "Div" => (x, y) => SymbolicSize.Exactly(x, y) ?? (y?.Value is > 0 and var divisor && (x?.Value ?? 0) >= 0 ? SymbolicSize.Quotient(x, divisor) : null),
            _ => null,
        };
        return calculate is null ? null : [.. Enumerable.Range(0, Math.Max(a.Count, b.Count)).Select(i => calculate(a[a.Count == 1 ? 0 : i], b[b.Count == 1 ? 0 : i]))];
    }
}
