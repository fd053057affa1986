using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>Operators that make one value of many along some axes.</summary>
static class Reductions
{
    public static void Reduce(NodeView node)
    {
        bool given = node.Input(1) is not null || node.Attribute("axes") is not null;
        long[]? axes = node.Ints("axes") ?? node.Numbers(1);
        bool none = !given || axes is { Length: 0 };
        if (none && node.Int("noop_with_empty_axes", 0) != 0) node.Set(0, node.Element(), node.Shape());
        else node.Set(0, node.Element(), node.Shape() is not { } shape ? null : Reduced(node, shape, none ? [.. Enumerable.Range(0, shape.Count).Select(i => (long)i)] : axes));
    }

    public static void Arg(NodeView node) => node.Set(0, (int)DataType.Int64, node.Shape() is { } shape ? Reduced(node, shape, [node.Int("axis", 0)]) : null);

    public static void TopK(NodeView node)
    {
        var count = node.Attribute("k") is { } k ? k.I : node.Elements(1) is [var known] ? known : null;
        SymbolicSize?[]? shape = node.Shape() is { } given ? [.. given] : null;
        if (shape is not null) shape[node.Axis(node.Int("axis", -1), shape.Length)] = count;
        node.Set(0, node.Element(), shape);
        node.Set(1, (int)DataType.Int64, shape);
    }

    public static void GlobalPool(NodeView node) => node.Set(0, node.Element(), node.Shape() is { } shape ? [.. shape.Select((size, i) => i < 2 ? size : 1)] : null);

    static SymbolicSize?[]? Reduced(NodeView node, IReadOnlyList<SymbolicSize?> shape, long[]? axes)
    {
        bool keep = node.Int("keepdims", 1) != 0;
        if (axes is null) return keep ? new SymbolicSize?[shape.Count] : null;
        var gone = axes.Select(axis => node.Axis(axis, shape.Count)).ToHashSet();
        return keep ? [.. shape.Select((size, i) => gone.Contains(i) ? 1 : size)] : [.. shape.Where((_, i) => !gone.Contains(i))];
    }
}
