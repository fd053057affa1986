using System.Runtime.InteropServices;
using Google.Protobuf;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;
using Takt.Tensors;
using AttributeType = Takt.Graphs.Onnx.AttributeProto.Types.AttributeType;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Learning.FineTuning;

/// <summary>Small changes at the end of a graph, in the file's own terms.</summary>
static class GraphSurgery
{
    /// <summary>Keeps the logarithm of a probability of 0 finite.</summary>
    const float Least = 1e-7f;

    /// <summary>Leaves the outermost size of inputs and outputs open.</summary>
    public static void OpenBatch(GraphProto graph)
    {
        foreach (var info in graph.Input.Concat(graph.Output))
            if (info.Type?.TensorType?.Shape is { Dim.Count: > 0 } shape) shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimParam = "batch" };
    }

    /// <summary>The node that makes a value, or null.</summary>
    public static NodeProto? MakerOf(GraphProto graph, string value) => graph.Node.FirstOrDefault(n => n.Output.Contains(value));

    /// <summary>Takes the last node off: what it reads becomes the output.</summary>
    public static void Remove(GraphProto graph, NodeProto last)
    {
        string before = last.Input[0];
        graph.Output[0].Name = before;
        if (!graph.Node.Any(n => !ReferenceEquals(n, last) && n.Input.Contains(last.Output[0]))) graph.Node.Remove(last);
    }

    /// <summary>Puts an operator behind the output, under this name if it is free.</summary>
    public static void Append(GraphProto graph, string operation, string? name = null)
    {
        var node = Behind(graph, operation, [graph.Output[0].Name], name ?? operation.ToLowerInvariant());
        if (operation == "Softmax") node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeType.Int, I = 1 });
    }

    /// <summary>From probabilities to numbers that the output function makes the same probabilities of: ln p, or of a single one ln p − ln(1 − p).</summary>
    public static void AppendLogits(GraphProto graph, int outputs)
    {
        string p = graph.Output[0].Name;
        string logarithm = LogOf(p);
        if (outputs > 1) return;
        string against = Behind(graph, "Sub", [Constant(graph, [1], []), p], "against").Output[0];
        Behind(graph, "Sub", [logarithm, LogOf(against)], "log_odds");

        string LogOf(string value) => Behind(graph, "Log", [Behind(graph, "Add", [value, Constant(graph, [Least], [])], "shifted").Output[0]], "logarithm").Output[0];
    }

    /// <summary>Of two classes the second against the first: the one number that two say.</summary>
    public static void AppendDifference(GraphProto graph) => Behind(graph, "MatMul", [graph.Output[0].Name, Constant(graph, [-1, 1], [2, 1])], "log_odds");

    /// <summary>Puts a fresh fully connected layer in place of the last one.</summary>
    /// <returns>The names of its weights.</returns>
    /// <exception cref="InputException">The graph does not end in one.</exception>
    public static string[] ReplaceLastLayer(GraphProto graph, int outputs, Generator random)
    {
        string output = graph.Output[0].Name;
        var last = MakerOf(graph, output);
        var product = last?.OpType == "Add" ? last.Input.Select(input => MakerOf(graph, input)).FirstOrDefault(n => n?.OpType is "MatMul" or "Gemm") : last;
        var weight = product?.OpType is "Gemm" or "MatMul" ? graph.Initializer.FirstOrDefault(t => t.Name == product.Input[1]) : null;
        if (last is null || product is null || weight is not { Dims.Count: 2 } || Number(product, "transA") != 0)
            throw new InputException(
                $"a model that ends in {last?.OpType ?? "an input"} and gives other outputs than the data needs", "a fully connected last layer (Gemm or MatMul), which can be replaced",
                $"Export the model with {outputs} outputs, or with such a layer at its end.", "model.from");

        int inputs = (int)weight.Dims[product.OpType == "Gemm" && Number(product, "transB") != 0 ? 1 : 0];
        string x = product.Input[0];
        graph.Node.Remove(last);
        graph.Node.Remove(product);
        var fresh = Tensor.Uniform([outputs, inputs], 1 / MathF.Sqrt(inputs), random);
        string w = Store(graph, "head.weight", fresh.Values, [outputs, inputs]), b = Store(graph, "head.bias", new float[outputs], [outputs]);
        var head = new NodeProto { OpType = "Gemm", Name = "head", Input = { x, w, b }, Output = { output } };
        head.Attribute.Add(new AttributeProto { Name = "transB", Type = AttributeType.Int, I = 1 });
        graph.Node.Add(head);
        var read = graph.Node.SelectMany(n => n.Input).ToHashSet();
        foreach (var unused in graph.Initializer.Where(t => !read.Contains(t.Name) && !InBranches(graph, t.Name)).ToList()) graph.Initializer.Remove(unused);
        return [w, b];
    }

    static long Number(NodeProto node, string attribute) => node.Attribute.FirstOrDefault(a => a.Name == attribute)?.I ?? 0;

    static bool InBranches(GraphProto graph, string name) => graph.Node.SelectMany(n => n.Attribute).Any(a => a.G is { } inner && (inner.Node.Any(n => n.Input.Contains(name)) || InBranches(inner, name)));

    /// <summary>A node at the end, whose output is the graph's.</summary>
    static NodeProto Behind(GraphProto graph, string operation, string[] inputs, string output)
    {
        string name = Free(graph, output);
        var node = new NodeProto { OpType = operation, Name = $"{operation}:{name}", Input = { inputs }, Output = { name } };
        graph.Node.Add(node);
        graph.Output[0].Name = name;
        return node;
    }

    static string Constant(GraphProto graph, ReadOnlySpan<float> values, ReadOnlySpan<int> sizes)
    {
        string name = Free(graph, "constant");
        var node = new NodeProto { OpType = "Constant", Name = name, Output = { name } };
        node.Attribute.Add(new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = TensorOf("", values, sizes) });
        graph.Node.Add(node);
        return name;
    }

    static string Store(GraphProto graph, string wished, ReadOnlySpan<float> values, ReadOnlySpan<int> sizes)
    {
        var tensor = TensorOf(Free(graph, wished), values, sizes);
        graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    static TensorProto TensorOf(string name, ReadOnlySpan<float> values, ReadOnlySpan<int> sizes)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)DataType.Float, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)) };
        foreach (int size in sizes) tensor.Dims.Add(size);
        return tensor;
    }

    static string Free(GraphProto graph, string wished)
    {
        var taken = graph.Initializer.Select(t => t.Name).Concat(graph.Input.Select(i => i.Name)).Concat(graph.Node.SelectMany(n => n.Output)).ToHashSet();
        string free = wished;
        for (int i = 2; taken.Contains(free); i++) free = $"{wished}_{i}";
        return free;
    }
}
