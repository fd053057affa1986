using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Checking.Inference;

/// <summary>Works out element types and shapes of every value of a graph, node by node, with symbols for the sizes that the file leaves open.</summary>
/// <remarks>What a rule does not know stays unknown; nothing is guessed. Whole numbers that shapes are computed from (Shape, Gather, Concat, …) are followed, too.</remarks>
public sealed class ShapeInference
{
    /// <summary>Longer lists are data and not sizes.</summary>
    const int MostElements = 64;

    /// <summary>One scale an axis, of images and volumes.</summary>
    const int MostScales = 8;

    readonly Dictionary<string, InferredType> _types = [];
    readonly List<Problem> _problems;
    readonly long _opset;
    readonly ShapeInference? _around;

    ShapeInference(long opset, List<Problem> problems, ShapeInference? around = null) => (_opset, _problems, _around) = (opset, problems, around);

    /// <summary>The standard operator set of the model.</summary>
    internal long Opset => _opset;

    /// <summary>What is known by the name of the value, in the model's own graph.</summary>
    public IReadOnlyDictionary<string, InferredType> Types => _types;

    /// <summary>Nodes whose inputs cannot fit, whatever the open sizes are.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    /// <summary>Works out a model.</summary>
    /// <param name="model">A model that the checker has passed; functions are written out first.</param>
    public static ShapeInference Run(ModelProto model) => Run(model, null, new HashSet<string>());

    /// <summary>Works out a model whose inputs all have the same number of rows.</summary>
    /// <param name="model">A model that the checker has passed.</param>
    /// <param name="rows">The symbol that the first size of each input becomes; null = they stay as they are.</param>
    /// <param name="inputs">Names of those inputs.</param>
    internal static ShapeInference Run(ModelProto model, string? rows, IReadOnlySet<string> inputs)
    {
        model = FunctionInlining.Run(model, ModelLimits.Default);
        long opset = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0;
        var inference = new ShapeInference(opset, []);
        foreach (var input in model.Graph.Input)
        {
            var type = InferredType.Of(input.Type);
            inference._types[input.Name] = rows is not null && inputs.Contains(input.Name) && type.Shape is { Count: > 0 } shape ? type with { Shape = [SymbolicSize.Symbol(rows), .. shape.Skip(1)] } : type;
        }

        inference.Walk(model.Graph);
        return inference;
    }

    /// <summary>Works out a graph within a node, which sees the names around it.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="inputs">What its inputs are.</param>
    /// <returns>What its outputs are.</returns>
    internal IReadOnlyList<InferredType> Inner(GraphProto graph, IReadOnlyList<InferredType> inputs)
    {
        var inner = new ShapeInference(_opset, _problems, around: this);
        for (int i = 0; i < graph.Input.Count && i < inputs.Count; i++) inner._types[graph.Input[i].Name] = inputs[i];
        inner.Walk(graph);
        return [.. graph.Output.Select(o => inner.Find(o.Name) ?? InferredType.Of(o.Type))];
    }

    InferredType? Find(string name) => _types.GetValueOrDefault(name) ?? _around?.Find(name);

    void Walk(GraphProto graph)
    {
        foreach (var tensor in graph.Initializer) _types[tensor.Name] = Of(tensor);
        foreach (var sparse in graph.SparseInitializer)
            if (sparse.Values is { } values) _types[values.Name] = new(values.DataType, [.. sparse.Dims.Select(d => (SymbolicSize?)d)]);
        foreach (var node in NodeOrder.Of(graph, out _)) Infer(node);
        foreach (var output in graph.Output)   // what the file says of its outputs fills in what is unknown
            _types[output.Name] = Merge(Find(output.Name) ?? InferredType.Unknown, InferredType.Of(output.Type));
    }

    void Infer(NodeProto node)
    {
        var view = new NodeView(node, [.. node.Input.Select(i => i.Length == 0 ? null : Find(i) ?? InferredType.Unknown)], _opset, this);
        try
        {
            if (InferenceRules.Find(node) is { } rule) rule(view);
        }
        catch (InputException wrong)
        {
            _problems.AddRange(wrong.Problems);
        }
        catch (Exception beyond) when (beyond is ArgumentException or IndexOutOfRangeException or NullReferenceException or InvalidOperationException or OverflowException)
        {
            // A damaged model asks for what no rule foresaw: the node is named, and what follows it is unknown.
            _problems.AddRange(view.Wrong($"inputs that do not go together ({beyond.GetType().Name})", "a whole model").Problems);
        }

        for (int i = 0; i < node.Output.Count; i++)
            if (node.Output[i].Length > 0) _types[node.Output[i]] = view.Outputs.GetValueOrDefault(i, InferredType.Unknown);
    }

    internal static InferredType Of(TensorProto tensor)
    {
        var type = new InferredType(tensor.DataType, [.. tensor.Dims.Select(d => (SymbolicSize?)d)]);
        if (tensor is { DataType: (int)TensorProto.Types.DataType.Float, Dims: [>= 0 and <= MostScales and var count] })
            return type with { Scales = tensor.HasRawData ? tensor.RawData.Length == count * sizeof(float) ? System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray() : null : [.. tensor.FloatData] };
        return tensor.Dims.Count <= 1 && TensorSizes.CountOf(tensor.Dims) is <= MostElements && WholeNumbers(tensor) is { } numbers
            ? type with { Elements = [.. numbers.Select(n => (SymbolicSize?)n)] } : type;
    }

    static long[]? WholeNumbers(TensorProto tensor) => (TensorProto.Types.DataType)tensor.DataType switch
    {
        TensorProto.Types.DataType.Int64 when !tensor.HasRawData => [.. tensor.Int64Data],
        TensorProto.Types.DataType.Int32 when !tensor.HasRawData => [.. tensor.Int32Data.Select(n => (long)n)],
        TensorProto.Types.DataType.Int64 when tensor.RawData.Length % 8 == 0 => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray(),
        TensorProto.Types.DataType.Int32 when tensor.RawData.Length % 4 == 0 => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, int>(tensor.RawData.Span).ToArray().Select(n => (long)n)],
        _ => null,
    };

    static InferredType Merge(InferredType found, InferredType declared) => found with
    {
        Element = found.Element != 0 ? found.Element : declared.Element,
        Shape = found.Shape is null || declared.Shape is null || found.Shape.Count != declared.Shape.Count
            ? found.Shape ?? declared.Shape
            : [.. found.Shape.Zip(declared.Shape, (one, other) => one?.Value is not null ? one : other?.Value is not null ? other : one ?? other)],
    };
}
