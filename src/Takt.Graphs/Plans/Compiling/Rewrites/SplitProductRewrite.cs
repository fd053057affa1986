namespace Takt.Graphs.Plans.Compiling;

/// <summary>One product whose columns are cut apart at once (queries, keys and values of an attention) becomes a product for each part: nothing has to be copied.</summary>
static class SplitProductRewrite
{
    public static void Run(Graph graph)
    {
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            var product = graph.Nodes[i];
            if (product.Operator != "MatMul" || product.FusedActivation is not null || !graph.Constants.TryGetValue(product.Inputs[1], out var weight) || weight is not { Rank: 2, Type: ElementType.Float32 }) continue;
            var readers = graph.Nodes.Where(n => n.Inputs.Contains(product.Outputs[0])).ToList();
            if (readers.Count < 2 || graph.Outputs.Any(o => o.Name == product.Outputs[0])) continue;
            var parts = readers.Select(r => PartOf(graph, r, product.Outputs[0], weight.Sizes[1])).ToList();
            if (parts.Any(p => p is null)) continue;
            for (int part = 0; part < parts.Count; part++)
            {
                var (first, count) = parts[part]!.Value;
                string name = readers[part].Outputs[0];
                graph.Constants[$"{name}:weight"] = Columns(weight, first, count);
                string[] inputs = [product.Inputs[0], $"{name}:weight"];
                if (product.Has(2))
                {
                    graph.Constants[$"{name}:bias"] = Value.Of(graph.Constants[product.Inputs[2]].Read<float>().Slice(first, count), count);
                    inputs = [.. inputs, $"{name}:bias"];
                }

                graph.Nodes[graph.Nodes.IndexOf(readers[part])] = new Node("MatMul", readers[part].Name, inputs, readers[part].Outputs, product.Opset);
            }

            graph.Nodes.RemoveAt(i);
        }
    }

    /// <summary>The columns that a slice along the last axis takes.</summary>
    static (int First, int Count)? PartOf(Graph graph, Node slice, string value, int columns)
    {
        if (slice.Operator != "Slice" || slice.Inputs[0] != value || slice.Outputs.Length != 1) return null;
        if (Bound(graph, slice, 1) is not { } start || Bound(graph, slice, 2) is not { } end || Bound(graph, slice, 3) is not { } axis || (slice.Has(4) && Bound(graph, slice, 4) != 1)) return null;
        if (axis != -1 && !(graph.Types.TryGetValue(value, out var type) && type.Shape is { } shape && axis == shape.Count - 1)) return null;
        start = Math.Clamp(start < 0 ? start + columns : start, 0, columns);
        end = Math.Clamp(end < 0 ? end + columns : end, 0, columns);
        return end > start ? ((int)start, (int)(end - start)) : null;
    }

    static long? Bound(Graph graph, Node slice, int input) =>
        slice.Has(input) && graph.Constants.TryGetValue(slice.Inputs[input], out var bound) && bound is { Type: ElementType.Int64, Count: 1 } ? bound.Read<long>()[0] : null;

    static Value Columns(Value weight, int first, int count)
    {
        var all = weight.Read<float>();
        float[] part = new float[weight.Sizes[0] * count];
        for (int row = 0; row < weight.Sizes[0]; row++) all.Slice((row * weight.Sizes[1]) + first, count).CopyTo(part.AsSpan(row * count));
        return Value.Of<float>(part, weight.Sizes[0], count);
    }
}
