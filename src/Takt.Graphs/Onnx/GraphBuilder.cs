using System.Runtime.InteropServices;
using Google.Protobuf;
using static Takt.Graphs.Onnx.AttributeProto.Types;
using static Takt.Graphs.Onnx.TensorProto.Types;

namespace Takt.Graphs.Onnx;

/// <summary>Writes an ONNX model node by node.</summary>
/// <param name="name">The graph's name.</param>
public sealed class GraphBuilder(string name)
{
    /// <summary>Operator set 17 (2022): every runtime in use reads it.</summary>
    public const int Opset = 17;

    /// <summary>The file version that belongs to <see cref="Opset"/>.</summary>
    public const int IrVersion = 8;

    readonly GraphProto _graph = new() { Name = name };
    readonly HashSet<string> _names = [], _reserved = [];
    readonly Dictionary<string, int> _counts = [];
    readonly Dictionary<(string, float), string> _numbers = [];

    /// <summary>Declares a float input.</summary>
    /// <param name="value">Its name.</param>
    /// <param name="sizes">One an axis; null for the batch, which is called "batch" in the file.</param>
    public string Input(string value, params ReadOnlySpan<int?> sizes)
    {
        _graph.Input.Add(Describe(value, sizes));
        _names.Add(value);
        return value;
    }

    /// <summary>Declares a value made by a node as a float output.</summary>
    /// <inheritdoc cref="Input(string, ReadOnlySpan{int?})"/>
    public void Output(string value, params ReadOnlySpan<int?> sizes) => _graph.Output.Add(Describe(value, sizes));

    /// <summary>Declares an input of any type.</summary>
    /// <param name="value">Its name.</param>
    /// <param name="type">What its elements are.</param>
    /// <param name="sizes">One an axis: a number, or the name of a size that stays open.</param>
    public string Input(string value, DataType type, IEnumerable<Dimension> sizes)
    {
        _graph.Input.Add(Describe(value, type, sizes));
        _names.Add(value);
        return value;
    }

    /// <summary>Declares a value made by a node as an output of any type.</summary>
    /// <inheritdoc cref="Input(string, DataType, IEnumerable{Dimension})"/>
    public void Output(string value, DataType type, IEnumerable<Dimension> sizes) => _graph.Output.Add(Describe(value, type, sizes));

    /// <summary>Keeps a name for the node output that will ask for it first.</summary>
    public void Reserve(string value)
    {
        if (_names.Add(value)) _reserved.Add(value);
    }

    /// <summary>Stores weights.</summary>
    /// <param name="value">The wished name; made unique if it is taken.</param>
    /// <param name="elements">Row by row.</param>
    /// <param name="sizes">One an axis.</param>
    /// <returns>The name it got.</returns>
    public string Weights(string value, ReadOnlySpan<float> elements, params ReadOnlySpan<int> sizes) =>
        Store(value, DataType.Float, MemoryMarshal.AsBytes(elements), sizes);

    /// <summary>Stores numbers that are no weights: part of how the network computes, never trained further. They stand in a node of their own.</summary>
    /// <param name="value">The wished name; made unique if it is taken.</param>
    /// <param name="elements">Row by row.</param>
    /// <param name="sizes">One an axis.</param>
    /// <returns>The name it got.</returns>
    public string Constant(string value, ReadOnlySpan<float> elements, params ReadOnlySpan<int> sizes) =>
        Node("Constant", [], value, ("value", Tensor("", DataType.Float, MemoryMarshal.AsBytes(elements), sizes)));

    /// <summary>Stores a single such number; the same number under the same name is stored once.</summary>
    public string Number(string value, float number) =>
        _numbers.TryGetValue((value, number), out string? stored) ? stored : _numbers[(value, number)] = Constant(value, [number]);

    /// <summary>Stores whole numbers: a list, or a single one if <paramref name="scalar"/>.</summary>
    public string Integers(string value, ReadOnlySpan<long> elements, bool scalar = false) => Integers(value, elements, scalar ? [] : [elements.Length]);

    /// <summary>Stores whole numbers of any shape.</summary>
    public string Integers(string value, ReadOnlySpan<long> elements, ReadOnlySpan<int> sizes) => Store(value, DataType.Int64, MemoryMarshal.AsBytes(elements), sizes);

    /// <summary>Stores a mask.</summary>
    public string Mask(string value, ReadOnlySpan<bool> elements, params ReadOnlySpan<int> sizes) => Store(value, DataType.Bool, MemoryMarshal.AsBytes(elements), sizes);

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The ONNX operator.</param>
    /// <param name="inputs">Names of values; empty where an optional input is left out.</param>
    /// <param name="output">Wished name of its output, or null for one made from the operator.</param>
    /// <param name="attributes">Each a name with a <see cref="long"/>, <see cref="float"/>, <see cref="string"/>, <see cref="TensorProto"/> or array of <see cref="long"/>.</param>
    /// <returns>The name of its (first) output.</returns>
    public string Node(string operation, IReadOnlyList<string> inputs, string? output = null, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(operation, inputs, [output], attributes)[0];

    /// <summary>Adds a node of several outputs.</summary>
    /// <param name="operation">The ONNX operator.</param>
    /// <param name="inputs">Names of values; empty where an optional input is left out.</param>
    /// <param name="outputs">Wished names of its outputs, or null for those made from the operator.</param>
    /// <param name="attributes">As for one output.</param>
    /// <returns>The names of its outputs.</returns>
    public string[] Nodes(string operation, IReadOnlyList<string> inputs, IReadOnlyList<string?> outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string[] made = [.. outputs.Select(output => output is not null && _reserved.Remove(output) ? output : Unique(output ?? Numbered(operation)))];
        var node = new NodeProto { OpType = operation, Name = $"{operation}:{made[0]}" };
        node.Input.AddRange(inputs);
        node.Output.AddRange(made);
        foreach (var (attribute, value) in attributes) node.Attribute.Add(Attribute(attribute, value));
        _graph.Node.Add(node);
        return made;
    }

    /// <summary>The finished model.</summary>
    public ModelProto Build() => new()
    {
        IrVersion = IrVersion,
        ProducerName = "Takt",
        ProducerVersion = typeof(GraphBuilder).Assembly.GetName().Version!.ToString(3),
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
    };

    string Store(string value, DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> sizes)
    {
        var tensor = Tensor(Unique(value), type, bytes, sizes);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    static TensorProto Tensor(string name, DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> sizes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (int size in sizes) tensor.Dims.Add(size);
        return tensor;
    }

    string Numbered(string operation)
    {
        int number = _counts[operation] = _counts.GetValueOrDefault(operation) + 1;
        return $"{operation.ToLowerInvariant()}_{number}";
    }

    string Unique(string wished)
    {
        string found = wished;
        for (int i = 2; !_names.Add(found); i++) found = $"{wished}_{i}";
        return found;
    }

    static ValueInfoProto Describe(string value, ReadOnlySpan<int?> sizes)
    {
        var dimensions = new List<Dimension>();
        foreach (int? size in sizes) dimensions.Add(size is { } known ? known : "batch");
        return Describe(value, DataType.Float, dimensions);
    }

    static ValueInfoProto Describe(string value, DataType type, IEnumerable<Dimension> sizes)
    {
        var shape = new TensorShapeProto();
        foreach (var size in sizes)
            shape.Dim.Add(size.Name is { } open ? new TensorShapeProto.Types.Dimension { DimParam = open } : new() { DimValue = size.Size });
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape };
        return new ValueInfoProto { Name = value, Type = new TypeProto { TensorType = tensor } };
    }

    static AttributeProto Attribute(string name, object value) => value switch
    {
        long whole => new() { Name = name, Type = AttributeType.Int, I = whole },
        float number => new() { Name = name, Type = AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] list => new() { Name = name, Type = AttributeType.Ints, Ints = { list } },
        TensorProto tensor => new() { Name = name, Type = AttributeType.Tensor, T = tensor },
        _ => throw new ArgumentException($"attribute {name} of {value.GetType()}: a long, float, string or long[] was expected"),
    };
}
