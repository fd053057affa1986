using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>The constant weights of one direction of a recurrent layer, brought into the kernel's gate order and packed.</summary>
/// <param name="Input">From the input to the gates: [inputs, gates·hidden].</param>
/// <param name="Hidden">From the hidden state to the gates: [hidden, gates·hidden].</param>
/// <param name="InputBias">One a gate and unit.</param>
/// <param name="HiddenBias">One a gate and unit.</param>
sealed record RecurrentWeights(PackedMatrix Input, PackedMatrix Hidden, float[] InputBias, float[] HiddenBias)
{
    /// <summary>The weights of all directions, or null if they come with the request or are no floats: then nothing can be packed.</summary>
    /// <param name="node">The node; it keeps its weights no longer.</param>
    /// <param name="form">Its form.</param>
    /// <param name="gates">The ONNX gate at each of the kernel's places.</param>
    public static RecurrentWeights[]? Take(Node node, RecurrentForm form, int[] gates)
    {
        if (node.Constant(1) is not { Type: ElementType.Float32, Rank: 3 } w || node.Constant(2) is not { Type: ElementType.Float32, Rank: 3 } r) return null;
        if (node.Has(3) && node.Constant(3) is not { Type: ElementType.Float32 }) return null;
        int units = r.Sizes[2], rows = gates.Length * units, inputs = w.Sizes[2], directions = form.Directions;
        var b = node.Constant(3);
        if (!w.Sizes.SequenceEqual([directions, rows, inputs]) || !r.Sizes.SequenceEqual([directions, rows, units]) || (b is not null && b.Count != 2 * directions * rows))
            throw node.Wrong($"W {Value.Text(w.Sizes)}, R {Value.Text(r.Sizes)}{(b is null ? "" : $", B {Value.Text(b.Sizes)}")}", $"[{directions}, {gates.Length}·hidden, inputs], [{directions}, {gates.Length}·hidden, hidden], [{directions}, {2 * gates.Length}·hidden]");
        var weights = new RecurrentWeights[directions];
        for (int direction = 0; direction < directions; direction++)
        {
            var bias = b is null ? new float[2 * rows] : b.Read<float>().Slice(direction * 2 * rows, 2 * rows);
            weights[direction] = new(
                PackedMatrix.Pack(new Matrix(Ordered(w.Read<float>().Slice(direction * rows * inputs, rows * inputs), gates), rows, inputs).Transposed),
                PackedMatrix.Pack(new Matrix(Ordered(r.Read<float>().Slice(direction * rows * units, rows * units), gates), rows, units).Transposed),
                Ordered(bias[..rows], gates), Ordered(bias[rows..], gates));
        }

        for (int input = 1; input <= 3; input++) node.TakeConstant(input);
        return weights;
    }

    static float[] Ordered(ReadOnlySpan<float> onnx, int[] gates)
    {
        float[] ours = new float[onnx.Length];
        int gate = onnx.Length / gates.Length;
        for (int place = 0; place < gates.Length; place++) onnx.Slice(gates[place] * gate, gate).CopyTo(ours.AsSpan(place * gate));
        return ours;
    }
}
