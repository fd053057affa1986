using System.Runtime.InteropServices;
using Google.Protobuf;
using static Takt.Graphs.Onnx.AttributeProto.Types;

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
    readonly HashSet<string> _names = [];
    readonly Dictionary<string, int> _counts = [];

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
    /// <inheritdoc cref="Input"/>
    public void Output(string value, params ReadOnlySpan<int?> sizes) => _graph.Output.Add(Describe(value, sizes));

    /// <summary>Stores weights.</summary>
    /// <param name="value">The wished name; made unique if it is taken.</param>
    /// <param name="elements">Row by row.</param>
    /// <param name="sizes">One an axis.</param>
    /// <returns>The name it got.</returns>
    public string Weights(string value, ReadOnlySpan<float> elements, params ReadOnlySpan<int> sizes) =>
        Store(value, TensorProto.Types.DataType.Float, MemoryMarshal.AsBytes(elements), sizes);

    /// <summary>Stores whole numbers: a list, or a single one if <paramref name="scalar"/>.</summary>
    public string Integers(string value, ReadOnlySpan<long> elements, bool scalar = false) =>
        Store(value, TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(elements), scalar ? [] : [elements.Length]);

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The ONNX operator.</param>
    /// <param name="inputs">Names of values; empty where an optional input is left out.</param>
    /// <param name="output">Wished name of its output, or null for one made from the operator.</param>
    /// <param name="attributes">Each a name with a <see cref="long"/>, <see cref="float"/>, <see cref="string"/> or array of <see cref="long"/>.</param>
    /// <returns>The name of its (first) output.</returns>
    public string Node(string operation, IReadOnlyList<string> inputs, string? output = null, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string made = Unique(output ?? Numbered(operation));
        var node = new NodeProto { OpType = operation, Name = $"{operation}:{made}" };
        node.Input.AddRange(inputs);
        node.Output.Add(made);
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

    string Store(string value, TensorProto.Types.DataType type, ReadOnlySpan<byte> bytes, ReadOnlySpan<int> sizes)
    {
        var tensor = new TensorProto { Name = Unique(value), DataType = (int)type, RawData = ByteString.CopyFrom(bytes) };
        foreach (int size in sizes) tensor.Dims.Add(size);
        _graph.Initializer.Add(tensor);
        return tensor.Name;
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
        var shape = new TensorShapeProto();
        foreach (int? size in sizes)
            shape.Dim.Add(size is { } known ? new TensorShapeProto.Types.Dimension { DimValue = known } : new() { DimParam = "batch" });
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape };
        return new ValueInfoProto { Name = value, Type = new TypeProto { TensorType = tensor } };
    }

    static AttributeProto Attribute(string name, object value) => value switch
    {
        long whole => new() { Name = name, Type = AttributeType.Int, I = whole },
        float number => new() { Name = name, Type = AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] list => new() { Name = name, Type = AttributeType.Ints, Ints = { list } },
        _ => throw new ArgumentException($"attribute {name} of {value.GetType()}: a long, float, string or long[] was expected"),
    };
}
