using Takt.Graphs.Checking.Inference;
using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;
using static Takt.Graphs.Onnx.AttributeProto.Types;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Quantising;

/// <summary>Lifts a model of an older operator set to set 13, the first with scales along an axis: attributes that became inputs are moved, and what changed its meaning is written out.</summary>
static class NewerOperatorSet
{
    /// <summary>The set, and the file version that belongs to it.</summary>
    const int Wanted = 13, FileVersion = 7;

    /// <summary>Operators whose form changed on the way and that are not translated.</summary>
    static readonly string[] s_changed = ["Upsample", "Resize", "Scatter", "Slice", "Pad", "TopK", "Scan", "Loop", "If"];

    /// <summary>The model, lifted if it has to be.</summary>
    /// <exception cref="InputException">It uses operators that are not translated; all of them are reported.</exception>
    public static ModelProto Of(ModelProto model)
    {
        var import = model.OpsetImport.FirstOrDefault(o => o.Domain is "" or "ai.onnx");
        if (import is null || import.Version >= Wanted) return model;
        var lifted = model.Clone();
        var problems = new List<Problem>();
        var types = ShapeInference.Run(model).Types;
        foreach (var node in lifted.Graph.Node)
            if (s_changed.Contains(node.OpType))
                problems.Add(new($"operator {node.OpType} of operator set {import.Version}", $"its form of set {Wanted} or later", "Export the model with a newer operator set.", $"node '{node.Name}'"));
            else Lift(lifted.Graph, node, types, problems);
        if (problems.Count > 0) throw new InputException(problems);
        lifted.OpsetImport.First(o => o.Domain is "" or "ai.onnx").Version = Wanted;
        lifted.IrVersion = Math.Max(lifted.IrVersion, FileVersion);
        return lifted;
    }

    static void Lift(GraphProto graph, NodeProto node, IReadOnlyDictionary<string, InferredType> types, List<Problem> problems)
    {
        switch (node.OpType)
        {
            case "Squeeze" or "Unsqueeze" or "ReduceSum": Move(graph, node, "axes", 1); break;
            case "Split": Move(graph, node, "split", 1); break;
            case "Clip":
                Move(graph, node, "min", 1);
                Move(graph, node, "max", 2);
                break;
            case "Dropout" or "BatchNormalization":
                foreach (var old in node.Attribute.Where(a => a.Name is "ratio" or "spatial").ToList()) node.Attribute.Remove(old);
                break;
            case "Softmax" or "LogSoftmax" or "Hardmax":
                long axis = node.Attribute.FirstOrDefault(a => a.Name == "axis")?.I ?? 1;
                int? rank = types.GetValueOrDefault(node.Input[0])?.Shape?.Count;
                if (axis != -1 && axis != rank - 1)   // until 12 all axes from this one on were taken together
                    problems.Add(new($"{node.OpType} over the axes from {axis} on", "the last axis alone", "Export the model with a newer operator set.", $"node '{node.Name}'"));
                else if (node.Attribute.FirstOrDefault(a => a.Name == "axis") is { } given) given.I = -1;
                break;
            default: break;
        }
    }

    /// <summary>Makes an input of an attribute.</summary>
    static void Move(GraphProto graph, NodeProto node, string name, int input)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == name) is not { } attribute) return;
        node.Attribute.Remove(attribute);
        var tensor = new TensorProto { Name = $"{node.Output[0]}:{name}" };
        if (attribute.Type == AttributeType.Float)
        {
            tensor.DataType = (int)DataType.Float;
            tensor.FloatData.Add(attribute.F);
        }
        else
        {
            tensor.DataType = (int)DataType.Int64;
            tensor.Int64Data.Add(attribute.Ints);
            tensor.Dims.Add(attribute.Ints.Count);
        }

        graph.Initializer.Add(tensor);
        while (node.Input.Count <= input) node.Input.Add("");
        node.Input[input] = tensor.Name;
    }
}
