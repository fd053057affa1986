using Google.Protobuf;
using Takt.Graphs.Onnx;
using static Takt.Graphs.Onnx.AttributeProto.Types;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Tests.Plans;

/// <summary>A model of one node: an input x, constants for the other inputs, and outputs of any type.</summary>
static class SingleNode
{
    /// <param name="operation">With its domain before it where that is not the standard one: <c>ai.onnx.ml::Scaler</c>.</param>
    /// <param name="opset">Of the node's domain.</param>
    /// <param name="outputs">Types of the outputs; undefined for one that nobody wants.</param>
    /// <param name="constants">Inputs behind x.</param>
    /// <param name="attributes">Each a name with a number, a text, or an array of them.</param>
    public static ModelProto Of(string operation, int opset, DataType input, DataType[] outputs, TensorProto[] constants, params (string Name, object Value)[] attributes)
    {
        string[] parts = operation.Split("::");
        var node = new NodeProto { OpType = parts[^1], Domain = parts.Length > 1 ? parts[0] : "", Name = "n", Input = { "x" } };
        var graph = new GraphProto { Name = "g", Node = { node }, Input = { Info("x", input) } };
        foreach (var constant in constants)
        {
            node.Input.Add(constant.Name);
            if (constant.Name.Length > 0) graph.Initializer.Add(constant);
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            node.Output.Add($"y{i}");
            if (outputs[i] != DataType.Undefined) graph.Output.Add(Info($"y{i}", outputs[i]));
        }

        foreach (var (name, value) in attributes) node.Attribute.Add(Attribute(name, value));
        var model = new ModelProto { IrVersion = 8, Graph = graph, OpsetImport = { new OperatorSetIdProto { Domain = node.Domain, Version = opset } } };
        if (node.Domain.Length > 0) model.OpsetImport.Add(new OperatorSetIdProto { Version = 17 });
        return model;
    }

    public static TensorProto Floats(string name, float[] values, params long[] sizes) => new() { Name = name, DataType = (int)DataType.Float, FloatData = { values }, Dims = { sizes } };

    public static TensorProto Integers(string name, long[] values, params long[] sizes) => new() { Name = name, DataType = (int)DataType.Int64, Int64Data = { values }, Dims = { sizes } };

    public static TensorProto Texts(string name, string[] values, params long[] sizes) =>
        new() { Name = name, DataType = (int)DataType.String, StringData = { values.Select(ByteString.CopyFromUtf8) }, Dims = { sizes } };

    static ValueInfoProto Info(string name, DataType type) => new() { Name = name, Type = new TypeProto { TensorType = new() { ElemType = (int)type } } };

    static AttributeProto Attribute(string name, object value) => value switch
    {
        long whole => new() { Name = name, Type = AttributeType.Int, I = whole },
        float number => new() { Name = name, Type = AttributeType.Float, F = number },
        string text => new() { Name = name, Type = AttributeType.String, S = ByteString.CopyFromUtf8(text) },
        long[] list => new() { Name = name, Type = AttributeType.Ints, Ints = { list } },
        float[] list => new() { Name = name, Type = AttributeType.Floats, Floats = { list } },
        string[] list => new() { Name = name, Type = AttributeType.Strings, Strings = { list.Select(ByteString.CopyFromUtf8) } },
        _ => throw new ArgumentException($"{name} of {value.GetType()}"),
    };
}
