using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>Operators that move elements about.</summary>
static class Moves
{
    /// <summary>Exporters write this or more for an end that is open; no axis is as long.</summary>
    const long ToTheEnd = 1_000_000_000;

    public static void Transpose(NodeView node)
    {
        if (node.Shape() is not { } shape)
        {
            node.Set(0, node.Element(), node.Ints("perm") is { } order ? new SymbolicSize?[order.Length] : null);
            return;
        }

        long[] perm = node.Ints("perm") is { Length: > 0 } given ? given : [.. Enumerable.Range(0, shape.Count).Select(i => (long)i).Reverse()];
        if (!perm.Order().SequenceEqual(Enumerable.Range(0, shape.Count).Select(i => (long)i))) throw node.Wrong($"perm {string.Join(", ", perm)}", $"each of 0 to {shape.Count - 1} once");
        node.Set(0, node.Element(), [.. perm.Select(axis => shape[(int)axis])], shape.Count == 1 ? node.Elements(0) : null);
    }

    public static void Gather(NodeView node)
    {
        if (node.Shape() is not { } data || node.Shape(1) is not { } indices)
        {
            node.Set(0, node.Element(), shape: null);
            return;
        }

        int axis = node.Axis(node.Int("axis", 0), data.Count);
        SymbolicSize?[]? elements = null;
        if (node.Elements(0) is { } from && node.Numbers(1) is { } which && data.Count == 1 && indices.Count <= 1)
            elements = [.. which.Select(i => (i < 0 ? i + from.Count : i) is var at && at >= 0 && at < from.Count ? from[(int)at] : throw node.Wrong($"index {i}", $"{-from.Count} to {from.Count - 1}"))];
        node.Set(0, node.Element(), [.. data.Take(axis), .. indices, .. data.Skip(axis + 1)], elements);
    }

    public static void GatherElements(NodeView node) => node.Set(0, node.Element(), node.Shape(1));

    public static void GatherND(NodeView node)
    {
        if (node.Shape() is { } data && node.Shape(1) is { Count: > 0 } indices && indices[^1]?.Value is { } depth && node.Int("batch_dims", 0) + depth <= data.Count)
            node.Set(0, node.Element(), [.. indices.SkipLast(1), .. data.Skip((int)(node.Int("batch_dims", 0) + depth))]);
        else node.Set(0, node.Element(), shape: null);
    }

    public static void Slice(NodeView node)
    {
        if (node.Shape() is not { } shape)
        {
            node.Set(0, node.Element(), shape: null);
            return;
        }

        var starts = node.Ints("starts") is { } s ? [.. s.Select(n => (SymbolicSize?)n)] : node.Elements(1);
        var ends = node.Ints("ends") is { } e ? [.. e.Select(n => (SymbolicSize?)n)] : node.Elements(2);
        long[]? axes = node.Ints("axes") ?? (node.Input(3) is null ? starts is null ? null : [.. Enumerable.Range(0, starts.Count).Select(i => (long)i)] : node.Numbers(3));
        long[]? steps = node.Input(4) is null ? starts is null ? null : [.. Enumerable.Repeat(1L, starts.Count)] : node.Numbers(4);
        if (axes is null || (starts ?? ends) is null || starts is null || ends is null || steps is null || ends.Count != starts.Count || axes.Length != starts.Count || steps.Length != starts.Count)
        {
            node.Set(0, node.Element(), new SymbolicSize?[shape.Count]);
            return;
        }

        SymbolicSize?[] cut = [.. shape];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], shape.Count);
            cut[axis] = Cut(shape[axis], starts[i], ends[i], steps[i]);
        }

        SymbolicSize?[]? elements = null;
        if (node.Elements(0) is { } list && axes is [0 or -1] && starts[0]?.Value is { } start && ends[0]?.Value is { } end && steps[0] == 1)
        {
            int from = Bound(start, list.Count), to = Bound(end, list.Count);
            elements = [.. list.Skip(from).Take(Math.Max(0, to - from))];
        }

        node.Set(0, node.Element(), cut, elements);
    }

    public static void Concat(NodeView node)
    {
        if (node.InputCount == 0 || Enumerable.Range(0, node.InputCount).Any(i => node.Shape(i) is null))
        {
            node.Set(0, node.Element(), shape: null);
            return;
        }

        SymbolicSize?[] shape = [.. node.Shape()!];
        int axis = node.Axis(node.Int("axis", 1), shape.Length);
        for (int part = 1; part < node.InputCount; part++)
        {
            var other = node.Shape(part)!;
            if (other.Count != shape.Length) throw node.Wrong($"parts of {shape.Length} and {other.Count} axes", "as many");
            for (int i = 0; i < shape.Length; i++)
                if (i == axis) shape[i] = SymbolicSize.Sum(shape[i], other[i]);
                else if (shape[i]?.Value is { } one && other[i]?.Value is { } two && one != two) throw node.Wrong($"parts of sizes {one} and {two} at axis {i}", $"sizes that differ at axis {axis} only");
                else shape[i] ??= other[i];
        }

        bool known = shape.Length == 1 && Enumerable.Range(0, node.InputCount).All(i => node.Elements(i) is not null || node.Shape(i) is [{ Value: 0 or 1 }]);
        node.Set(0, node.Element(), shape, known ? [.. Enumerable.Range(0, node.InputCount).SelectMany(i => node.Elements(i) ?? new SymbolicSize?[(int)node.Shape(i)![0]!.Value!.Value])] : null);
    }

    public static void Split(NodeView node)
    {
        SymbolicSize?[]? shape = node.Shape() is { } given ? [.. given] : null;
        int axis = shape is null ? 0 : node.Axis(node.Int("axis", 0), shape.Length);
        var parts = node.Ints("split") is { } list ? [.. list.Select(n => (SymbolicSize?)n)] : node.Elements(1);
        bool equal = parts is null && node.Input(1) is null;
        long chunk = equal && shape?[axis]?.Value is { } whole && node.OutputCount > 0 ? (whole + node.OutputCount - 1) / node.OutputCount : -1;
        for (int i = 0; i < node.OutputCount; i++)
        {
            SymbolicSize?[]? part = shape is null ? null : [.. shape];
            if (part is not null) part[axis] = chunk >= 0 ? Math.Clamp(shape![axis]!.Value!.Value - (i * chunk), 0, chunk) : parts is not null && i < parts.Count ? parts[i] : equal && shape![axis] is { } size ? SymbolicSize.Exactly(size, node.OutputCount) : null;
            node.Set(i, node.Element(), part);
        }
    }

    public static void Pad(NodeView node)
    {
        var pads = (node.Ints("pads") ?? node.Ints("paddings")) is { } list ? [.. list.Select(n => (SymbolicSize?)n)] : node.Elements(1);
        if (node.Shape() is not { } shape || pads is null || node.Input(3) is not null || pads.Count != 2 * shape.Count) node.Set(0, node.Element(), node.Shape() is { } known ? new SymbolicSize?[known.Count] : null);
        else node.Set(0, node.Element(), [.. shape.Select((size, i) => SymbolicSize.Sum(size, SymbolicSize.Sum(pads[i], pads[shape.Count + i])))]);
    }

    public static void OneHot(NodeView node)
    {
        if (node.Shape() is not { } shape)
        {
            node.Set(0, node.Element(2), shape: null);
            return;
        }

        int axis = node.Axis(node.Int("axis", -1), shape.Count + 1);
        node.Set(0, node.Element(2), [.. shape.Take(axis), node.Elements(1) is [var depth] ? depth : null, .. shape.Skip(axis)]);
    }

    public static void NonZero(NodeView node) => node.Set(0, (int)DataType.Int64, [node.Shape() is { } shape ? Math.Max(shape.Count, 1) : null, null]);

    public static void DepthToSpace(NodeView node) => Blocks(node, (block, n, c, h, w) => [n, SymbolicSize.Exactly(c, block * block), SymbolicSize.Product(h, block), SymbolicSize.Product(w, block)]);

    public static void SpaceToDepth(NodeView node) => Blocks(node, (block, n, c, h, w) => [n, SymbolicSize.Product(c, block * block), SymbolicSize.Exactly(h, block), SymbolicSize.Exactly(w, block)]);

    /// <summary>Sizes are told outright, by whole scales, or unknown.</summary>
    public static void Resize(NodeView node)
    {
        SymbolicSize?[]? shape = node.Shape() is { } given ? new SymbolicSize?[given.Count] : null;
        if (shape is not null && node.Attribute("axes") is null && node.Elements(3) is { } sizes && sizes.Count == shape.Length && node.Text("keep_aspect_ratio_policy", "stretch") == "stretch") shape = [.. sizes];
        else if (shape is not null && Scales(node) is { } scales && scales.Count == shape.Length) shape = [.. node.Shape()!.Zip(scales, Scaled)];
        node.Set(0, node.Element(), shape);
    }

    static IReadOnlyList<float>? Scales(NodeView node) =>
        node.Attribute("axes") is not null ? null : node.Attribute("scales")?.Floats ?? (node.Operator == "Upsample" || node.Opset < 11 ? node.Input(1) : node.Input(3) is null ? node.Input(2) : null)?.Scales;

    static SymbolicSize? Scaled(SymbolicSize? size, float scale) =>
        scale == 1 ? size : size?.Value is { } known ? (long)MathF.Floor(known * scale) : float.IsInteger(scale) && scale is > 0 and < 65536 ? SymbolicSize.Product(size, (long)scale) : null;

    static void Blocks(NodeView node, Func<long, SymbolicSize?, SymbolicSize?, SymbolicSize?, SymbolicSize?, SymbolicSize?[]> sizes) =>
        node.Set(0, node.Element(), node.Shape() is [var n, var c, var h, var w] && node.Int("blocksize", 1) is > 0 and < 65536 and var block ? sizes(block, n, c, h, w) : null);

    static SymbolicSize? Cut(SymbolicSize? size, SymbolicSize? start, SymbolicSize? end, long step)
    {
        if (step == 0 || size is null) return null;
        if (step == 1 && start?.Value == 0 && size.Equals(end)) return size;
        if (start?.Value is { } from && end?.Value is { } to)
        {
            if (size.Value is { } known)
            {
                if (from < 0) from = from < -known ? -1 : from + known;
                if (to < 0) to = to < -known ? -1 : to + known;
                (from, to) = step > 0 ? (Math.Clamp(from, 0, known), Math.Clamp(to, 0, known)) : (Math.Clamp(from, -1, known - 1), Math.Clamp(to, -1, known));
                return (long)Int128.Max(0, ((Int128)to - from + step - Math.Sign(step)) / step);   // at most the size itself
            }

            if (step == 1 && from == 0 && to >= ToTheEnd) return size;   // all of it
            return null;   // whether a bound lies beyond an open size is not known
        }

        return null;
    }

    static int Bound(long bound, int size) => (int)Math.Clamp(bound < 0 ? bound < -size ? 0 : bound + size : bound, 0, size);
}
