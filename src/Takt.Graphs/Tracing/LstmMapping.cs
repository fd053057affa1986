using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>Our LSTM is batch first with gates i, f, g, o; ONNX wants time first, gates i, o, f, c, a leading axis for directions and the bias in two halves.</summary>
static class LstmMapping
{
    /// <summary>Our gate (of i, f, g, o) at each place of ONNX (i, o, f, c).</summary>
    static readonly int[] s_ourGate = [0, 3, 1, 2];

    public static string Write(Step step)
    {
        var graph = step.Builder;
        Tensor w = step.Record.Inputs[1], r = step.Record.Inputs[2], b = step.Record.Inputs[3];
        string input = graph.Weights(step.Graph.WeightsName(w), RecurrentWeights.InOnnxOrder(w, s_ourGate), 1, w.Shape[0], w.Shape[1]);
        string hidden = graph.Weights(step.Graph.WeightsName(r), RecurrentWeights.InOnnxOrder(r, s_ourGate), 1, r.Shape[0], r.Shape[1]);
        string bias = graph.Weights(step.Graph.WeightsName(b), [.. RecurrentWeights.InOnnxOrder(b, s_ourGate), .. new float[b.Length]], 1, 2 * b.Length);
        return RecurrentWeights.Write(step, "LSTM", [input, hidden, bias], ("hidden_size", step.Attribute("hidden_size")));
    }
}
