using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;
using static Takt.Graphs.Onnx.AttributeProto.Types;

namespace Takt.Graphs.Checking;

/// <summary>Whether a node's attributes hold what they say they hold. That an operator's attribute has the right type shows where its kernel reads it.</summary>
static class AttributeChecker
{
    public static void Check(NodeProto node, List<Problem> problems)
    {
        string where = $"node '{node.Name}' ({node.OpType})";
        foreach (var twice in node.Attribute.CountBy(a => a.Name).Where(g => g.Value > 1))
            problems.Add(new($"attribute '{twice.Key}' {twice.Value} times", "once", Where: where));
        foreach (var attribute in node.Attribute)
            if (attribute.RefAttrName.Length > 0) problems.Add(new($"attribute '{attribute.Name}' that refers to '{attribute.RefAttrName}' outside a function", "a value", Where: where));
            else if (!HoldsItsType(attribute)) problems.Add(new($"attribute '{attribute.Name}' of type {attribute.Type} without such a value", "the value", "The file is damaged: export or copy it again.", where));
    }

    /// <summary>Numbers and texts may be absent: writers of the newer protobuf leave out 0 and "".</summary>
    static bool HoldsItsType(AttributeProto attribute) => attribute.Type switch
    {
        AttributeType.Tensor => attribute.T is not null,
        AttributeType.Graph => attribute.G is not null,
        AttributeType.SparseTensor => attribute.SparseTensor is not null,
        AttributeType.TypeProto => attribute.Tp is not null,
        _ => true,
    };
}
