using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Operators;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans.Compiling;

/// <summary>Turns a checked ONNX model into a graph to compile; what is wrong with its tensors and types is reported at once.</summary>
sealed class GraphReader
{
    readonly List<Problem> _problems = [];
    readonly OperatorSets _sets;
    bool _unsupported;

    GraphReader(ModelProto model) => _sets = new OperatorSets(model, _problems);

    /// <summary>Reads a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="types">What is known of its values.</param>
    /// <exception cref="UnsupportedException">Element types are used that Takt does not compute.</exception>
    /// <exception cref="InputException">Tensors are damaged, or an operator lacks inputs.</exception>
    public static Graph Read(ModelProto model, IReadOnlyDictionary<string, InferredType> types)
    {
        var reader = new GraphReader(model);
        var graph = reader.Read(model.Graph, isInner: false);
        if (reader._unsupported) throw new UnsupportedException(reader._problems);
        return reader._problems.Count > 0 ? throw new InputException(reader._problems) : new Graph(graph!.Nodes, graph.Constants, graph.Inputs, graph.Outputs, graph.Captures) { Types = types };
    }

    Graph? Read(GraphProto proto, bool isInner)
    {
        var constants = new Dictionary<string, Value>();
        foreach (var tensor in proto.Initializer)
            Try(() => constants[tensor.Name] = ConstantReader.Read(tensor, $"initialiser '{tensor.Name}'"));
        foreach (var sparse in proto.SparseInitializer)
            Try(() => constants[sparse.Values?.Name ?? ""] = ConstantReader.Read(sparse, $"sparse initialiser '{sparse.Values?.Name}'"));

        var inputs = new List<TensorInfo>();
        foreach (var info in proto.Input)
            if (!constants.ContainsKey(info.Name))   // before IR version 4 initialisers are listed here too; since then it marks a default, see ReplaceableDefaults
                Try(() => inputs.Add(ReadInfo(info, "input", isInner)));
        var outputs = new List<TensorInfo>();
        foreach (var info in proto.Output) Try(() => outputs.Add(ReadInfo(info, "output", isInner)));

        var nodes = proto.Node.Select(Read).ToList();
        var captures = CapturesOf(nodes, constants, inputs, outputs);
        Graph? graph = null;
        Try(() => graph = new Graph(TopologicalOrder.Of(nodes), constants, inputs, outputs, captures));
        return graph;
    }

    Node Read(NodeProto proto, int place)
    {
        string domain = OperatorSets.Plain(proto.Domain), name = proto.Name.Length > 0 ? proto.Name : $"#{place}";
        var node = new Node(proto.OpType, name, [.. proto.Input], [.. proto.Output], _sets[domain], domain);
        var graphs = new Dictionary<string, Graph>();
        foreach (var attribute in proto.Attribute)
            if (attribute.G is not { } inner) node.Add(attribute);
            else if (Read(inner, isInner: true) is { } graph) graphs[attribute.Name] = graph;

        if (!OperatorTable.Knows(node.Operator, out int needed) || Enumerable.Range(0, needed).Any(i => !node.Has(i)) || node.Outputs.All(o => o.Length == 0))
            _problems.Add(new($"{node.Inputs.Count(i => i.Length > 0)} inputs and {node.Outputs.Count(o => o.Length > 0)} outputs", $"at least {needed} and 1", Where: $"node '{name}' ({node.Operator})"));
        node.Add(graphs);
        return node;
    }

    /// <summary>The names that a graph takes from those around it. Names were checked before: whatever is not made here is made there.</summary>
    static string[] CapturesOf(List<Node> nodes, Dictionary<string, Value> constants, List<TensorInfo> inputs, List<TensorInfo> outputs)
    {
        var own = constants.Keys.Concat(inputs.Select(i => i.Name)).Concat(nodes.SelectMany(n => n.Outputs)).Append("").ToHashSet();
        return [.. nodes.SelectMany(n => n.Inputs).Concat(outputs.Select(o => o.Name)).Where(name => !own.Contains(name)).Distinct()];
    }

    static TensorInfo ReadInfo(ValueInfoProto info, string what, bool isInner)
    {
        string where = $"{what} '{info.Name}'";
        if (what == "output" && info.Type?.SequenceType?.ElemType?.MapType is not null) return new TensorInfo(info.Name, ElementType.Float32, null);   // of a ZipMap: its scores as a tensor
        bool isSequence = info.Type?.SequenceType is not null;
        if ((isSequence ? info.Type!.SequenceType.ElemType : info.Type)?.TensorType is not { } tensor)
            return isInner ? new TensorInfo(info.Name, ElementType.Undefined, null) : throw new InputException("a value that is no tensor", "a tensor or a sequence of tensors", where: where);
        if (isInner && tensor.ElemType == 0) return new TensorInfo(info.Name, ElementType.Undefined, null);
        int[]? sizes = tensor.Shape?.Dim.Select(d => d.HasDimValue && d.DimValue is >= 0 and <= int.MaxValue ? (int)d.DimValue : -1).ToArray();
        return new TensorInfo(info.Name, ElementTypes.FromOnnx(tensor.ElemType, where), sizes, isSequence);
    }

    void Try(Action read)
    {
        try
        {
            read();
        }
        catch (InputException wrong)
        {
            _unsupported |= wrong is UnsupportedException;
            _problems.AddRange(wrong.Problems);
        }
    }
}
