using Takt.Graphs.Onnx;
using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;
using Takt.Tensors;

namespace Takt.Graphs.Differentiation;

/// <summary>What an operator on the tape is given: its inputs as tensors, and what the node says beside them.</summary>
sealed class TapeCall(Node node, IReadOnlyList<GraphValue?> inputs)
{
    /// <summary>Version of the operator set that the file speaks.</summary>
    public int Opset => node.Opset;

    /// <summary>How many inputs the node lists.</summary>
    public int InputCount => inputs.Count;

    /// <summary>Whether somebody wants an output.</summary>
    public bool Wants(int output) => output < node.Outputs.Length && node.Outputs[output].Length > 0;

    /// <summary>How many outputs the node lists.</summary>
    public int OutputCount => node.Outputs.Length;

    /// <summary>The first input.</summary>
    public Tensor X => Input(0);

    /// <summary>An input that must be there.</summary>
    public Tensor Input(int index) => Optional(index) ?? throw node.Wrong($"no input {index}", "one");

    /// <summary>An input that may be left out.</summary>
    public Tensor? Optional(int index) => index < inputs.Count ? inputs[index]?.Tensor : null;

    /// <summary>Whole numbers that newer operator sets give as an input and older ones as an attribute; null if neither is there.</summary>
    public long[]? Numbers(int input, string attribute) =>
        Optional(input) is { } tensor ? (tensor.Type == ElementType.Int64 ? tensor.Indices.ToArray() : [.. tensor.Values.ToArray().Select(v => (long)v)]) : node.Ints(attribute);

    /// <summary>A number that is an input or an attribute; null if neither is there.</summary>
    public float? Number(int input, string attribute) => Optional(input) is { } tensor ? tensor.Item : node.HasAttribute(attribute) ? node.Float(attribute, 0) : null;

    public long Int(string name, long otherwise) => node.Int(name, otherwise);

    public float Float(string name, float otherwise) => node.Float(name, otherwise);

    public string Text(string name, string otherwise) => node.Text(name, otherwise);

    public long[]? Ints(string name) => node.Ints(name);

    public string[] Texts(string name) => [.. node.Attribute(name)?.Strings.Select(s => s.ToStringUtf8()) ?? []];

    public bool HasAttribute(string name) => node.HasAttribute(name);

    /// <summary>An axis counted from the front.</summary>
    public int Axis(long axis, int rank) => axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw node.Wrong($"axis {axis}", $"{-rank} to {rank - 1}");

    /// <summary>Axes counted from the front.</summary>
    public int[] Axes(long[] axes, int rank) => [.. axes.Select(axis => Axis(axis, rank))];

    /// <summary>What the kernel of plans makes of other inputs than this node's, over these axes if the node names its own.</summary>
    public GraphValue ByKernel(GraphValue?[] values, long[] axes)
    {
        var own = node.Copy();
        if (own.HasAttribute("axes")) own.Set(new AttributeProto { Name = "axes", Type = AttributeProto.Types.AttributeType.Ints, Ints = { axes } });
        return GraphRun.ByKernel(own, values)[0]!;
    }

    /// <summary>What is wrong with this node.</summary>
    public InputException Wrong(string found, string? expected = null, string? wayOut = null) => node.Wrong(found, expected, wayOut);
}
