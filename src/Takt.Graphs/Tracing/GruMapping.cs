using Takt.Tensors;

namespace Takt.Graphs.Tracing;

/// <summary>Our GRU is batch first with gates r, z, n and two biases; ONNX wants time first, gates z, r, h and both biases in one.</summary>
static class GruMapping
{
    /// <summary>Our gate (of r, z, n) at each place of ONNX (z, r, h).</summary>
    static readonly int[] s_ourGate = [1, 0, 2];

    public static string Write(Step step)
    {
        var graph = step.Builder;
        Tensor w = step.Record.Inputs[1], r = step.Record.Inputs[2], b = step.Record.Inputs[3], c = step.Record.Inputs[4];
        string input = graph.Weights(step.Graph.WeightsName(w), RecurrentWeights.InOnnxOrder(w, s_ourGate), 1, w.Shape[0], w.Shape[1]);
        string hidden = graph.Weights(step.Graph.WeightsName(r), RecurrentWeights.InOnnxOrder(r, s_ourGate), 1, r.Shape[0], r.Shape[1]);
        string besideInput = graph.Weights(step.Graph.WeightsName(b), RecurrentWeights.InOnnxOrder(b, s_ourGate), b.Length);
        string besideHidden = graph.Weights(step.Graph.WeightsName(c), RecurrentWeights.InOnnxOrder(c, s_ourGate), c.Length);
        string joined = graph.Node("Concat", [besideInput, besideHidden], null, ("axis", 0L));
        string bias = graph.Node("Unsqueeze", [joined, graph.Integers("direction_axis", [0])]);
        return RecurrentWeights.Write(step, "GRU", [input, hidden, bias], ("hidden_size", step.Attribute("hidden_size")), ("linear_before_reset", 1L));
    }
}
