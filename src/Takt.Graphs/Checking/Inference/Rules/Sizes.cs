using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>Operators that tell sizes or set them.</summary>
static class Sizes
{
    public static void Shape(NodeView node)
    {
        if (node.Shape() is not { } shape)
        {
            node.Set(0, (int)DataType.Int64, [null]);
            return;
        }

        int start = Bound(node.Int("start", 0), shape.Count), end = Bound(node.Attribute("end")?.I ?? shape.Count, shape.Count);
        SymbolicSize?[] part = [.. shape.Skip(start).Take(Math.Max(0, end - start))];
        node.Set(0, (int)DataType.Int64, [part.Length], part);

        static int Bound(long axis, int rank) => (int)Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
    }

    public static void Size(NodeView node) => node.Set(0, (int)DataType.Int64, [], node.Shape() is { } shape ? [Count(shape)] : null);

    public static void Reshape(NodeView node)
    {
        if (node.Elements(1) is not { } wanted)
        {
            node.Set(0, node.Element(), node.Shape(1) is [{ Value: >= 0 and <= 64 and var rank }] ? new SymbolicSize?[(int)rank] : null);
            return;
        }

        var shape = wanted.ToArray();
        int free = -1;
        for (int i = 0; i < shape.Length; i++)
            if (shape[i]?.Value == 0 && node.Int("allowzero", 0) == 0) shape[i] = node.Shape() is { } from && i < from.Count ? from[i] : null;
            else if (shape[i]?.Value is -1) (free, shape[i]) = (i, 1);
        var count = node.Shape() is { } given ? Count(given) : null;
        if (free >= 0) shape[free] = SymbolicSize.Exactly(count, Count(shape));
        else if (count?.Value is { } have && Count(shape)?.Value is { } want && have != want)
            throw node.Wrong($"{have} elements", $"{want} for the sizes {InferredType.ShapeText(shape)}");
        node.Set(0, node.Element(), shape, shape.Length <= 1 ? node.Elements(0) : null);
    }

    public static void Flatten(NodeView node)
    {
        if (node.Shape() is not { } shape)
        {
            node.Set(0, node.Element(), [null, null]);
            return;
        }

        long wished = node.Int("axis", 1);
        int axis = wished == shape.Count ? shape.Count : node.Axis(wished, shape.Count);
        node.Set(0, node.Element(), [Count(shape.Take(axis)), Count(shape.Skip(axis))]);
    }

    public static void Squeeze(NodeView node)
    {
        bool given = node.Input(1) is not null || node.Attribute("axes") is not null;
        long[]? axes = node.Ints("axes") ?? node.Numbers(1);
        if (node.Shape() is not { } shape || (given && axes is null) || (!given && shape.Any(size => size?.Value is null)))
        {
            node.Set(0, node.Element(), shape: null);
            return;
        }

        var gone = given ? axes!.Select(axis => node.Axis(axis, shape.Count)).ToHashSet() : [.. Enumerable.Range(0, shape.Count).Where(i => shape[i]!.Value == 1)];
        foreach (int axis in gone)
            if (shape[axis]?.Value is { } size && size != 1) throw node.Wrong($"size {size} at axis {axis}", "1");
        node.Set(0, node.Element(), [.. shape.Where((_, i) => !gone.Contains(i))], node.Elements(0));
    }

    public static void Unsqueeze(NodeView node)
    {
        long[]? axes = node.Ints("axes") ?? node.Numbers(1);
        if (node.Shape() is not { } shape || axes is null)
        {
            node.Set(0, node.Element(), shape: null);
            return;
        }

        int rank = shape.Count + axes.Length;
        var added = axes.Select(axis => node.Axis(axis, rank)).ToHashSet();
        if (added.Count != axes.Length) throw node.Wrong($"axes {string.Join(", ", axes)}", "different ones");
        int next = 0;
        node.Set(0, node.Element(), [.. Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : shape[next++])], rank <= 1 ? node.Elements(0) : null);
    }

    public static void Expand(NodeView node) => node.Set(0, node.Element(), node.Elements(1) is { } wanted ? Elementwise.Stretch(node.Shape(), wanted, node) : null);

    public static void Constant(NodeView node)
    {
        if (node.Attribute("value")?.T is { } tensor) node.Outputs[0] = ShapeInference.Of(tensor);
        else if (node.Attribute("value_int") is { } whole) node.Set(0, (int)DataType.Int64, [], [whole.I]);
        else if (node.Ints("value_ints") is { } wholes) node.Set(0, (int)DataType.Int64, [wholes.Length], [.. wholes.Select(n => (SymbolicSize?)n)]);
        else if (node.Attribute("value_float") is not null) node.Set(0, (int)DataType.Float, []);
        else if (node.Attribute("value_floats") is { } numbers) node.Set(0, (int)DataType.Float, [numbers.Floats.Count]);
        else if (node.Attribute("value_string") is not null) node.Set(0, (int)DataType.String, []);
        else if (node.Attribute("value_strings") is { } texts) node.Set(0, (int)DataType.String, [texts.Strings.Count]);
        else if (node.Attribute("sparse_value")?.SparseTensor is { } sparse) node.Set(0, sparse.Values?.DataType ?? 0, [.. sparse.Dims.Select(d => (SymbolicSize?)d)]);
    }

    public static void ConstantOfShape(NodeView node)
    {
        var value = node.Attribute("value")?.T;
        var shape = node.Elements(0) ?? (node.Shape() is [{ Value: >= 0 and <= 64 and var rank }] ? new SymbolicSize?[(int)rank] : null);
        var fill = value is null ? null : ShapeInference.Of(value).Elements is [var one] ? one : null;
        node.Set(0, value?.DataType ?? (int)DataType.Float, shape, fill is not null && shape is [{ Value: >= 0 and <= 64 and var count }] ? [.. Enumerable.Repeat(fill, (int)count)] : null);
    }

    public static void Range(NodeView node)
    {
        SymbolicSize? count = null;
        if (node.Elements(0) is [var start] && node.Elements(1) is [var limit] && node.Elements(2) is [{ Value: > 0 and var step }])
            count = SymbolicSize.Quotient(SymbolicSize.Difference(limit, start), step, up: true);
        node.Set(0, node.Element(), [count?.Value < 0 ? 0 : count]);
    }

    public static void Tile(NodeView node)
    {
        if (node.Shape() is not { } shape || node.Elements(1) is not { } repeats || repeats.Count != shape.Count) node.Set(0, node.Element(), node.Shape() is { } known ? new SymbolicSize?[known.Count] : null);
        else node.Set(0, node.Element(), [.. shape.Zip(repeats, SymbolicSize.Product)]);
    }

    /// <summary>The product of sizes.</summary>
    public static SymbolicSize? Count(IEnumerable<SymbolicSize?> shape) => shape.Aggregate((SymbolicSize?)1, SymbolicSize.Product);
}
