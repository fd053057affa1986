namespace Takt.Graphs.Checking.Inference.Rules;

/// <summary>Operators with graphs in them.</summary>
static class Control
{
    /// <summary>What both branches agree on.</summary>
    public static void If(NodeView node)
    {
        var yes = node.Inner("then_branch");
        var no = node.Inner("else_branch");
        for (int i = 0; i < Math.Min(yes.Count, no.Count); i++) node.Outputs[i] = Common(yes[i], no[i]);
    }

    /// <summary>Carried values may change their sizes from turn to turn, so only their element types are kept; scanned ones get an axis in front.</summary>
    public static void Loop(NodeView node)
    {
        int carried = Math.Max(0, node.InputCount - 2);
        var given = Enumerable.Range(2, carried).Select(i => new InferredType(node.Element(i), null));
        var body = node.Inner("body", [new InferredType(7, []), new InferredType(9, []), .. given]);
        for (int i = 0; i < node.OutputCount && i + 1 < body.Count; i++)
            node.Outputs[i] = i < carried ? new InferredType(body[i + 1].Element, null) : new InferredType(body[i + 1].Element, body[i + 1].Shape is { } shape ? [null, .. shape] : null);
    }

    /// <summary>States keep their shapes; scanned values get the scanned axis.</summary>
    public static void Scan(NodeView node)
    {
        if (node.Opset < 9) return;   // it had a batch axis of its own
        int scanned = (int)Math.Clamp(node.Int("num_scan_inputs", 1), 0, node.InputCount), states = node.InputCount - scanned;
        bool plain = node.Attribute("scan_input_axes") is null && node.Attribute("scan_output_axes") is null;
        var given = Enumerable.Range(0, node.InputCount).Select(i => i < states || !plain ? new InferredType(node.Element(i), i < states ? node.Shape(i) : null)
            : new InferredType(node.Element(i), node.Shape(i) is { Count: > 0 } shape ? [.. shape.Skip(1)] : null));
        var body = node.Inner("body", [.. given]);
        var length = plain && node.Shape(states) is { Count: > 0 } first ? first[0] : null;
        for (int i = 0; i < node.OutputCount && i < body.Count; i++)
            node.Outputs[i] = i < states ? new InferredType(body[i].Element, body[i].Shape) : new InferredType(body[i].Element, plain && body[i].Shape is { } shape ? [length, .. shape] : null);
    }

    static InferredType Common(InferredType a, InferredType b) => new(
        a.Element == b.Element ? a.Element : 0,
        a.Shape is { } one && b.Shape is { } two && one.Count == two.Count ? [.. one.Zip(two, (x, y) => x is not null && x.Equals(y) ? x : null)] : null);
}
