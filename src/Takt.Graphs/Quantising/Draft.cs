using System.Runtime.InteropServices;
using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Graphs.Plans.Compiling;
using static Takt.Graphs.Onnx.AttributeProto.Types;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Quantising;

/// <summary>A copy of a model on its way to smaller numbers: constants are looked up, nodes are put in front, and what nothing reads any more goes.</summary>
sealed class Draft
{
    readonly ModelProto _model;
    readonly HashSet<string> _names = [];
    readonly Dictionary<string, TensorProto> _stored;
    readonly Dictionary<string, NodeProto> _makers = [];
    readonly List<NodeProto> _nodes = [];

    public Draft(ModelProto model)
    {
        _model = NewerOperatorSet.Of(model).Clone();
        _stored = Graph.Initializer.ToDictionary(t => t.Name);
        _names.UnionWith(Graph.Input.Select(i => i.Name));
        _names.UnionWith(_stored.Keys);
        foreach (var node in Graph.Node)
        {
            _names.UnionWith(node.Output);
            foreach (string output in node.Output) _makers[output] = node;
        }
    }

    public GraphProto Graph => _model.Graph;

    /// <summary>Whether a value is stored, rather than computed from what the caller gives.</summary>
    public bool IsConstant(string name) => Floats(name) is not null;

    /// <summary>A stored tensor of single precision, also one in a Constant node or behind a Transpose or Reshape; null for everything else.</summary>
    public Value? Floats(string name)
    {
        if (_stored.TryGetValue(name, out var tensor)) return Read(tensor);
        if (!_makers.TryGetValue(name, out var maker)) return null;
        if (maker.OpType == "Constant") return maker.Attribute.FirstOrDefault(a => a.Name == "value")?.T is { } value ? Read(value) : null;
        if (maker.OpType is not ("Transpose" or "Reshape") || Floats(maker.Input[0]) is not { } source) return null;
        if (maker.OpType == "Reshape") return Reshaped(source, maker);
        return source.Rank == 2 && maker.Attribute.FirstOrDefault()?.Ints is null or [1, 0] ? Turn(source) : null;
    }

    /// <summary>Stores a tensor.</summary>
    /// <returns>The name it got.</returns>
    public string Store<T>(string wished, DataType type, ReadOnlySpan<T> elements, params ReadOnlySpan<int> sizes) where T : unmanaged
    {
        var tensor = new TensorProto { Name = Unique(wished), DataType = (int)type, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(elements)) };
        foreach (int size in sizes) tensor.Dims.Add(size);
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    /// <summary>Puts a node behind those so far.</summary>
    /// <returns>The name of its output.</returns>
    public string Add(string operation, string wished, IEnumerable<string> inputs, (string Name, long Value)? attribute = null)
    {
        var node = new NodeProto { OpType = operation, Name = Unique($"{operation}:{wished}"), Input = { inputs }, Output = { Unique(wished) } };
        if (attribute is { } given) node.Attribute.Add(new AttributeProto { Name = given.Name, Type = AttributeType.Int, I = given.Value });
        _nodes.Add(node);
        return node.Output[0];
    }

    /// <summary>Puts one of the model's own nodes behind those so far.</summary>
    public void Keep(NodeProto node) => _nodes.Add(node);

    /// <summary>The model with these nodes, without what nothing reads.</summary>
    public ModelProto Finish()
    {
        var needed = Graph.Output.Select(o => o.Name).ToHashSet();
        var kept = new List<NodeProto>(_nodes.Count);
        for (int i = _nodes.Count - 1; i >= 0; i--)
        {
            if (!_nodes[i].Output.Any(needed.Contains)) continue;
            kept.Add(_nodes[i]);
            AddReads(_nodes[i], needed);
        }

        kept.Reverse();
        Graph.Node.Clear();
        Graph.Node.Add(kept);
        var unread = Graph.Initializer.Where(t => !needed.Contains(t.Name)).ToList();
        foreach (var tensor in unread) Graph.Initializer.Remove(tensor);
        foreach (var listed in Graph.Input.Where(i => unread.Exists(t => t.Name == i.Name)).ToList()) Graph.Input.Remove(listed);   // old files list weights as inputs, too
        return _model;
    }

    /// <summary>Everything a node reads, the graphs inside it included.</summary>
    static void AddReads(NodeProto node, HashSet<string> needed)
    {
        needed.UnionWith(node.Input);
        foreach (var attribute in node.Attribute)
            foreach (var inner in attribute.G is { } graph ? [graph, .. attribute.Graphs] : attribute.Graphs)
            {
                needed.UnionWith(inner.Output.Select(o => o.Name));
                foreach (var child in inner.Node) AddReads(child, needed);
            }
    }

    static Value? Read(TensorProto tensor) => tensor.DataType == (int)DataType.Float ? ConstantReader.Read(tensor, $"initialiser '{tensor.Name}'") : null;

    /// <summary>Old exporters store weights in other sizes than those that are used.</summary>
    Value? Reshaped(Value source, NodeProto reshape)
    {
        if (!_stored.TryGetValue(reshape.Input[1], out var shape)) return null;
        long[] sizes = ConstantReader.Read(shape, $"initialiser '{shape.Name}'").Read<long>().ToArray();
        return Array.TrueForAll(sizes, size => size > 0) && sizes.Aggregate(1L, (count, size) => count * size) == source.Count ? Value.Of(source.Read<float>(), Array.ConvertAll(sizes, size => (int)size)) : null;
    }

    static Value Turn(Value matrix)
    {
        int rows = matrix.Sizes[0], columns = matrix.Sizes[1];
        var from = matrix.Read<float>();
        float[] to = new float[from.Length];
        for (int i = 0; i < to.Length; i++) to[i] = from[(i % rows * columns) + (i / rows)];
        return Value.Of<float>(to, columns, rows);
    }

    string Unique(string wished)
    {
        string found = wished;
        for (int i = 2; !_names.Add(found); i++) found = $"{wished}_{i}";
        return found;
    }
}
