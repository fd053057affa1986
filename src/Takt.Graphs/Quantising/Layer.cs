using Takt.Graphs.Onnx;
using Takt.Graphs.Plans;

namespace Takt.Graphs.Quantising;

/// <summary>A node that multiplies what comes in by stored weights: what can be computed in 8 bits.</summary>
/// <param name="Node">Conv, Gemm or MatMul.</param>
/// <param name="Weights">Its second input.</param>
/// <param name="Axis">The axis of the weights that is the layer's outputs.</param>
sealed record Layer(NodeProto Node, Value Weights, int Axis)
{
    /// <summary>The layer that a node is, or null.</summary>
    public static Layer? Of(NodeProto node, Draft draft)
    {
        if (node.Domain is not ("" or "ai.onnx") || node.OpType is not ("Conv" or "Gemm" or "MatMul") || draft.IsConstant(node.Input[0]) || draft.Floats(node.Input[1]) is not { } weights) return null;
        return node.OpType switch
        {
            "Conv" when weights.Rank > 2 => new Layer(node, weights, 0),
            "MatMul" when weights.Rank == 2 => new Layer(node, weights, 1),
            "Gemm" when weights.Rank == 2 && Whole(node, "transA") == 0 && Factor(node, "alpha") == 1 && Factor(node, "beta") == 1 => new Layer(node, weights, Whole(node, "transB") != 0 ? 0 : 1),
            _ => null,
        };
    }

    static long Whole(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name)?.I ?? 0;

    static float Factor(NodeProto node, string name) => node.Attribute.FirstOrDefault(a => a.Name == name)?.F ?? 1;
}
