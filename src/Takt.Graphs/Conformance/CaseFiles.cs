using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;
using Takt.Graphs.Plans.Compiling;

namespace Takt.Graphs.Conformance;

/// <summary>The values of a case: files that hold one tensor, or one sequence of tensors.</summary>
static class CaseFiles
{
    /// <summary>The inputs that files are numbered by: those of the graph that are no initialisers, then those that have a default.</summary>
    public static IReadOnlyList<TensorInfo> InputsOf(ModelProto model)
    {
        var stored = model.Graph.Initializer.Select(i => i.Name).ToHashSet();
        return [.. model.Graph.Input.OrderBy(i => stored.Contains(i.Name)).Select(i => new TensorInfo(i.Name, ElementType.Undefined, null, i.Type?.SequenceType is not null))];
    }

    public static NamedTensor Read(string file, TensorInfo info)
    {
        byte[] bytes = File.ReadAllBytes(file);
        if (!info.IsSequence) return new NamedTensor(info.Name, ConstantReader.Read(TensorProto.Parser.ParseFrom(bytes), file));
        var items = SequenceProto.Parser.ParseFrom(bytes).TensorValues.Select(t => new NamedTensor("", ConstantReader.Read(t, file))).ToList();
        return NamedTensor.OfSequence(info.Name, items.Count > 0 ? items[0].Type : info.Type, items);
    }
}
