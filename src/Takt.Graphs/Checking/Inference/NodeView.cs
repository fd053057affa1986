using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Checking.Inference;

/// <summary>A node as an inference rule sees it: what is known of its inputs, its attributes, and a place for what the rule finds out.</summary>
sealed class NodeView(NodeProto node, InferredType?[] inputs, long opset, ShapeInference inference)
{
    /// <summary>What the rule found out, by output.</summary>
    public Dictionary<int, InferredType> Outputs { get; } = [];

    /// <summary>The standard operator set of the model.</summary>
    public long Opset => opset;

    /// <summary>How many inputs there are, left out ones among them.</summary>
    public int InputCount => inputs.Length;

    /// <summary>How many outputs there are.</summary>
    public int OutputCount => node.Output.Count;

    /// <summary>The operator.</summary>
    public string Operator => node.OpType;

    /// <summary>What is known of an input; null if it is left out.</summary>
    public InferredType? Input(int index = 0) => index < inputs.Length ? inputs[index] : null;

    /// <summary>An input's shape; null if unknown or left out.</summary>
    public IReadOnlyList<SymbolicSize?>? Shape(int index = 0) => Input(index)?.Shape;

    /// <summary>An input's element type; 0 if unknown or left out.</summary>
    public int Element(int index = 0) => Input(index)?.Element ?? 0;

    /// <summary>An input's elements, where they are known whole numbers.</summary>
    public IReadOnlyList<SymbolicSize?>? Elements(int index) => Input(index)?.Elements;

    /// <summary>An input's elements as plain numbers; null if one of them is not known.</summary>
    public long[]? Numbers(int index) => Elements(index) is { } known && known.All(d => d?.Value is not null) ? [.. known.Select(d => d!.Value!.Value)] : null;

    /// <summary>Says what an output is.</summary>
    public void Set(int output, int element, IReadOnlyList<SymbolicSize?>? shape, IReadOnlyList<SymbolicSize?>? elements = null) =>
        Outputs[output] = new InferredType(element, shape) { Elements = elements is { Count: <= 64 } ? elements : null };

    /// <summary>The attribute, or null.</summary>
    public AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);

    /// <summary>A whole-number attribute.</summary>
    public long Int(string name, long otherwise) => Attribute(name)?.I ?? otherwise;

    /// <summary>A text attribute.</summary>
    public string Text(string name, string otherwise) => Attribute(name)?.S.ToStringUtf8() ?? otherwise;

    /// <summary>A list of whole numbers, or null.</summary>
    public long[]? Ints(string name) => Attribute(name) is { } found ? [.. found.Ints] : null;

    /// <summary>What is known of the outputs of a graph within this node.</summary>
    public IReadOnlyList<InferredType> Inner(string attribute, params IReadOnlyList<InferredType> given) =>
        Attribute(attribute)?.G is { } graph ? inference.Inner(graph, given) : [];

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Wrong($"axis {axis}", $"{-rank} to {rank - 1}");

    /// <summary>The exception that says what cannot fit at this node.</summary>
    public InputException Wrong(string found, string? expected = null) => new(found, expected, where: $"node '{node.Name}' ({node.OpType})");
}
