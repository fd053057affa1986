using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>Our LSTM is batch first with gates i, f, g, o; ONNX wants time first, gates i, o, f, c, a leading axis for directions and the bias in two halves.</summary>
static class LstmMapping
{
    const int Gates = 4;

    /// <summary>Our gate (of i, f, g, o) at each place of ONNX (i, o, f, c).</summary>
    static readonly int[] s_ourGate = [0, 3, 1, 2];

    public static string Write(Step step)
    {
        var graph = step.Builder;
        Tensor w = step.Record.Inputs[1], r = step.Record.Inputs[2], b = step.Record.Inputs[3];
        int units = r.Shape[1];
        string input = graph.Weights(step.Graph.WeightsName(w), InOnnxOrder(w), 1, Gates * units, w.Shape[1]);
        string hidden = graph.Weights(step.Graph.WeightsName(r), InOnnxOrder(r), 1, Gates * units, units);
        string bias = graph.Weights(step.Graph.WeightsName(b), [.. InOnnxOrder(b), .. new float[b.Length]], 1, 2 * b.Length);

        string timeFirst = graph.Node("Transpose", [step.Input(0)], null, ("perm", (long[])[1, 0, 2]));
        string all = graph.Node("LSTM", [timeFirst, input, hidden, bias], null, ("hidden_size", (long)units));
        string oneDirection = graph.Node("Squeeze", [all, graph.Integers("direction_axis", [1])]);
        return graph.Node("Transpose", [oneDirection], step.WishedName, ("perm", (long[])[1, 0, 2]));
    }

    static float[] InOnnxOrder(Tensor ours)
    {
        float[] onnx = new float[ours.Length];
        int gate = ours.Length / Gates;
        for (int place = 0; place < Gates; place++) ours.Values.Slice(s_ourGate[place] * gate, gate).CopyTo(onnx.AsSpan(place * gate));
        return onnx;
    }
}
