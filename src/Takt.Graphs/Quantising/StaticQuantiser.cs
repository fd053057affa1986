using Takt.Graphs.Onnx;
using Takt.Protocols.Problems;
using DataType = Takt.Graphs.Onnx.TensorProto.Types.DataType;

namespace Takt.Graphs.Quantising;

/// <summary>Quantises layers to 8 bits: what comes in (0 to 255, one scale, from calibration), weights (a scale for each output) and biases (32 bits).</summary>
/// <remarks>
/// The result says so in pairs of QuantizeLinear and DequantizeLinear around the layers, the form that every runtime knows:
/// one that has integer kernels fuses them, as plans do, and any other computes the same in single precision.
/// </remarks>
public static class StaticQuantiser
{
    /// <summary>A copy of the model with quantised layers.</summary>
    /// <param name="model">The model that was calibrated.</param>
    /// <param name="ranges">From <see cref="Calibration.Observe"/>.</param>
    /// <exception cref="InputException">No layer of the model has a range.</exception>
    public static QuantisedModel Quantise(ModelProto model, ActivationRanges ranges)
    {
        var draft = new Draft(model);
        var (flow, weights, rounding) = (new Flow(draft), new WeightQuantiser(draft), new ActivationRounding(draft, ranges));
        int count = 0;
        foreach (var node in draft.Graph.Node.ToList())
        {
            if (flow.OriginOf(node.Input.FirstOrDefault() ?? "") is { } origin && ranges.Of(origin) is var (scale, _))
                if (flow.Carries(node))
                {
                    node.Input[0] = rounding.Round(node.Input[0], origin);
                }
                else if (Layer.Of(node, draft) is { } layer)
                {
                    node.Input[0] = rounding.Round(node.Input[0], origin);
                    (node.Input[1], float[] scales) = weights.Quantise(node.Input[1], layer.Weights, layer.Axis);
                    if (node.Input.Count > 2) QuantiseBias(draft, node, Array.ConvertAll(scales, s => s * scale));
                    count++;
                }

            draft.Keep(node);
        }

        return count > 0 ? QuantisedModel.Of(model, draft.Finish(), count) : throw new InputException("no node that can be quantised", "Conv, Gemm or MatMul whose input was calibrated", "Calibrate this very model.");
    }

    /// <summary>Biases count in units of the sums, input scale times weight scale; one too large for 32 bits stays as it is.</summary>
    static void QuantiseBias(Draft draft, NodeProto node, float[] scales)
    {
        string name = node.Input[2];
        if (draft.Floats(name) is not { Rank: 1 } bias || bias.Count != scales.Length) return;
        int[] quantised = new int[scales.Length];
        for (int i = 0; i < quantised.Length; i++)
        {
            double units = Math.Round(bias.Read<float>()[i] / (double)scales[i]);
            if (!(Math.Abs(units) < 1 << 30)) return;   // with room for the sums
            quantised[i] = (int)units;
        }

        node.Input[2] = draft.Add(
            "DequantizeLinear", $"{name}_expanded",
            [draft.Store<int>($"{name}_quantised", DataType.Int32, quantised, scales.Length), draft.Store<float>($"{name}_scale", DataType.Float, scales, scales.Length)], ("axis", 0));
    }
}
