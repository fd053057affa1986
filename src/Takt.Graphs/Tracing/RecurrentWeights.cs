using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>Weights of recurrent layers: ours in PyTorch's order of gates, ONNX's in another, with a leading axis for directions.</summary>
static class RecurrentWeights
{
    /// <summary>The same numbers with the gates in ONNX's order.</summary>
    /// <param name="ours">Gates one behind the other along the outermost axis.</param>
    /// <param name="ourGate">Our gate at each place of ONNX's.</param>
    public static float[] InOnnxOrder(Tensor ours, ReadOnlySpan<int> ourGate)
    {
        float[] onnx = new float[ours.Length];
        int gate = ours.Length / ourGate.Length;
        for (int place = 0; place < ourGate.Length; place++) ours.Values.Slice(ourGate[place] * gate, gate).CopyTo(onnx.AsSpan(place * gate));
        return onnx;
    }

    /// <summary>Writes the node between the transposes that turn batch first into time first and back.</summary>
    public static string Write(Step step, string operation, IReadOnlyList<string> weights, params ReadOnlySpan<(string, object)> attributes)
    {
        var graph = step.Builder;
        string timeFirst = graph.Node("Transpose", [step.Input(0)], null, ("perm", (long[])[1, 0, 2]));
        string all = graph.Node(operation, [timeFirst, .. weights], null, attributes);
        string oneDirection = graph.Node("Squeeze", [all, graph.Integers("direction_axis", [1])]);
        return graph.Node("Transpose", [oneDirection], step.WishedName, ("perm", (long[])[1, 0, 2]));
    }
}
