using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The weights of an ONNX LSTM node, checked, brought into our gate order and packed.</summary>
/// <param name="Inputs">Features a step.</param>
/// <param name="Units">Hidden units.</param>
/// <param name="Input">From the input to the gates.</param>
/// <param name="Hidden">From the hidden state to the gates.</param>
/// <param name="Bias">One a gate and unit: ONNX's two halves added.</param>
sealed record LstmWeights(int Inputs, int Units, PackedMatrix Input, PackedMatrix Hidden, float[] Bias)
{
    /// <summary>Gates a unit.</summary>
    public const int Gates = 4;

    /// <summary>The ONNX gate (of i, o, f, c) at each of our places (i, f, g, o).</summary>
    static readonly int[] s_onnxGate = [0, 2, 3, 1];

    public static LstmWeights Read(Node node)
    {
        CheckForm(node);
        Value w = Constant(node, 1, "W"), r = Constant(node, 2, "R");
        if (w.Rank != 3 || r.Rank != 3 || w.Sizes[0] != 1 || r.Sizes[0] != 1 || w.Sizes[1] != Gates * r.Sizes[2] || r.Sizes[1] != w.Sizes[1])
            throw node.Wrong($"W {Value.Text(w.Sizes)} and R {Value.Text(r.Sizes)}", "[1, 4·hidden, inputs] and [1, 4·hidden, hidden]");
        var (inputs, units) = (w.Sizes[2], r.Sizes[2]);
        var weights = new LstmWeights(
            inputs, units,
            PackedMatrix.Pack(new Matrix(InOurOrder(w.Read<float>()), Gates * units, inputs).Transposed),
            PackedMatrix.Pack(new Matrix(InOurOrder(r.Read<float>()), Gates * units, units).Transposed),
            ReadBias(node, Gates * units));
        for (int input = 1; input <= 3; input++) node.TakeConstant(input);
        return weights;
    }

    /// <summary>Refuses the variants that the kernel does not compute, rather than computing something else.</summary>
    static void CheckForm(Node node)
    {
        if (node.Text("direction", "forward") is var direction and not "forward") throw node.Wrong($"direction {direction}", "forward");
        if (node.Has(4)) throw node.Wrong("sequence_lens", "sequences of one length", "Export the model without packed sequences.");
        if (node.Has(7)) throw node.Wrong("peepholes", "none");
        if (node.HasAttribute("clip") || node.Int("input_forget", 0) != 0 || node.Int("layout", 0) != 0) throw node.Wrong("clip, input_forget or layout", "their defaults");
        if (node.Attribute("activations") is { } functions && !functions.Strings.Select(s => s.ToStringUtf8()).SequenceEqual(["Sigmoid", "Tanh", "Tanh"]))
            throw node.Wrong("other activations", "Sigmoid, Tanh, Tanh");
    }

    static Value Constant(Node node, int input, string name) =>
        node.Constant(input) is { Type: ElementType.Float32 } value ? value : throw node.Wrong($"{name} that changes from run to run", "float weights stored in the file");

    static float[] ReadBias(Node node, int length)
    {
        float[] bias = new float[length];
        if (!node.Has(3)) return bias;
        var b = Constant(node, 3, "B");
        if (b.Count != 2 * length) throw node.Wrong($"B of sizes {Value.Text(b.Sizes)}", $"[1, {2 * length}]");
        TensorPrimitives.Add(b.Read<float>()[..length], b.Read<float>()[length..], bias);
        return InOurOrder(bias);
    }

    static float[] InOurOrder(ReadOnlySpan<float> onnx)
    {
        float[] ours = new float[onnx.Length];
        int gate = onnx.Length / Gates;
        for (int place = 0; place < Gates; place++) onnx.Slice(s_onnxGate[place] * gate, gate).CopyTo(ours.AsSpan(place * gate));
        return ours;
    }
}
