using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Checking.Rows;

/// <summary>
/// Whether the rows of a graph stand alone: each gives the answer that it would give without the others, so that rows of several callers may be computed together.
/// The rows are followed node by node from the first axis of every input to the first axis of every output. What no rule knows does not stand alone.
/// </summary>
/// <remarks>That kernels add up in the same order whatever the batch is the promise of plans; here it is shown that the graph asks for nothing across rows.</remarks>
public static class RowIndependence
{
    /// <summary>The name of the number of rows in shapes; no file can use it, because the first axes of inputs are renamed to it.</summary>
    const string Rows = "\u27E8rows\u27E9";

    static readonly SymbolicSize s_rows = SymbolicSize.Symbol(Rows);

    /// <summary>Looks for what couples rows.</summary>
    /// <param name="model">A model that the checker has passed.</param>
    /// <returns>Null if the rows stand alone; else what was found, for people.</returns>
    public static string? Obstacle(ModelProto model)
    {
        model = FunctionInlining.Run(model, ModelLimits.Default);
        var stored = model.Graph.Initializer.Select(t => t.Name).Concat(model.Graph.SparseInitializer.Select(t => t.Values?.Name ?? "")).ToHashSet();
        var inputs = model.Graph.Input.Where(i => !stored.Contains(i.Name)).ToList();
        if (ObstacleIn(inputs) is { } unfit) return unfit;

        var inference = ShapeInference.Run(model, Rows, inputs.Select(i => i.Name).ToHashSet());
        if (inference.Problems is [var problem, ..]) return $"{problem}";
        var states = stored.ToDictionary(name => name, _ => RowState.None);
        foreach (var input in inputs) states[input.Name] = new(RowDependence.Each, 0);
        string? first = null;
        foreach (var node in NodeOrder.Of(model.Graph, out _))
        {
            var view = new NodeView(node, [.. node.Input.Select(i => i.Length == 0 ? null : inference.Types.GetValueOrDefault(i, InferredType.Unknown))], inference.Opset, inference);
            RowState[] reads = [.. NodeOrder.Reads(node).Select(name => name.Length == 0 ? RowState.None : states.GetValueOrDefault(name, RowState.Unknown))];
            for (int i = 0; i < node.Output.Count; i++)
            {
                if (node.Output[i].Length == 0) continue;
                states[node.Output[i]] = Of(node, view, reads, i, inference.Types.GetValueOrDefault(node.Output[i], InferredType.Unknown));
                if (states[node.Output[i]].Dependence == RowDependence.Unknown) first ??= $"node '{node.Name}' ({node.OpType}) may mix rows of {string.Join(", ", node.Input.Select(n => inference.Types.GetValueOrDefault(n, InferredType.Unknown)))}";
            }
        }

        foreach (var output in model.Graph.Output)
            if (states.GetValueOrDefault(output.Name, RowState.Unknown) is not { IsEach: true, Axis: 0 } || inference.Types[output.Name].Shape is not [{ } size, ..] || !size.Equals(s_rows))
                return first ?? $"output '{output.Name}' has no row for each row";
        return null;
    }

    /// <summary>All inputs must begin with the same open axis, which is nowhere else.</summary>
    static string? ObstacleIn(List<ValueInfoProto> inputs)
    {
        if (inputs.Count == 0) return "no inputs";
        var names = new HashSet<string>();
        foreach (var input in inputs)
        {
            if (input.Type?.TensorType?.Shape?.Dim is not { Count: > 0 } axes || axes[0].HasDimValue) return $"input '{input.Name}' does not begin with an open axis";
            if (axes[0].DimParam.Length > 0) names.Add(axes[0].DimParam);
        }

        if (names.Count > 1) return $"inputs begin with different axes: {string.Join(", ", names)}";
        return inputs.FirstOrDefault(i => i.Type.TensorType.Shape.Dim.Skip(1).Any(d => names.Contains(d.DimParam))) is { } again ? $"input '{again.Name}' has the axis of rows twice" : null;
    }

    static RowState Of(NodeProto node, NodeView view, RowState[] reads, int output, InferredType type)
    {
        if (reads.Any(r => r.Dependence == RowDependence.Unknown) || RowRules.IsRandom(node)) return RowState.Unknown;
        if (reads.All(r => r.Dependence == RowDependence.None)) return RowState.None;
        if (ModelWalk.Graphs(node).Any()) return RowState.Unknown;
        string name = node.Domain is "" or "ai.onnx" ? node.OpType : "";
        if (name is "Shape" or "Size" || reads.All(r => !r.IsEach))
        {
            if (type.Elements is { } elements && elements.All(e => e is not null && !e.Mentions(Rows))) return RowState.None;   // other sizes
            // The same value in every place, as many as there are rows.
            bool isFilled = name == "ConstantOfShape" || (name == "Expand" && reads[0].Dependence == RowDependence.None);
            return isFilled && AxisIn(type) is { } axis ? new(RowDependence.Each, axis) : new(RowDependence.Count);
        }

        return RowRules.Find(node) is { } rule && Axis(rule, new RowNode(view, reads), output, type) is { } kept && AxisIn(type) == kept ? new(RowDependence.Each, kept) : RowState.Unknown;
    }

    static int? Axis(RowRules.Rule rule, RowNode node, int output, InferredType type)
    {
        try
        {
            return rule(node, output, type);
        }
        catch (Exception beyond) when (beyond is InputException or ArgumentException or IndexOutOfRangeException or NullReferenceException or InvalidOperationException)
        {
            return null;   // axes that are not there: the run will tell
        }
    }

    /// <summary>The only axis whose size depends on the number of rows, and is a multiple of it; null if there is no such axis.</summary>
    internal static int? AxisIn(InferredType type)
    {
        if (type.Shape is not { } shape) return null;
        int? found = null;
        for (int i = 0; i < shape.Count; i++)
        {
            if (shape[i] is not { } size) continue;
            if (!size.Mentions(Rows)) continue;
            if (found is not null || SymbolicSize.Exactly(size, s_rows) is not { } each || each.Mentions(Rows)) return null;
            found = i;
        }

        return found;
    }
}
