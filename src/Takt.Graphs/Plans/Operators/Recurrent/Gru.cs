using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Gated recurrent unit. Constant weights, the usual functions and the reset after the product (as PyTorch has it) go by the kernel that training uses, everything else by the definition.</summary>
sealed class Gru : Kernel
{
    /// <summary>The ONNX gate (of z, r, h) at each of our places (r, z, n).</summary>
    static readonly int[] s_gates = [1, 0, 2];

    readonly RecurrentForm _form;
    readonly RecurrentWeights[]? _weights;
    readonly bool _linearBeforeReset;

    public Gru(Node node)
    {
        _form = new RecurrentForm(node, s_gates.Length, "Sigmoid", "Tanh");
        _linearBeforeReset = node.Int("linear_before_reset", 0) != 0;
        if (_form.IsUsual && _linearBeforeReset && !node.Has(4)) _weights = RecurrentWeights.Take(node, _form, s_gates);
    }

    public override void Run(Call call)
    {
        if (_weights is [var first, ..])
        {
            FastRecurrence.Run(call, _form, _form.Sizes(call, first.Input.Rows, first.Hidden.Rows, _form.BatchFirst), _weights, default(Fast));
        }
        else if (call.Input().Type == ElementType.Float64)
        {
            PlainRecurrence.Run<double, GruCell>(call, _form, new(_linearBeforeReset));
        }
        else
        {
            PlainRecurrence.Run<float, GruCell>(call, _form, new(_linearBeforeReset));
        }
    }

    readonly struct Fast : IRecurrentKernel
    {
        public int RoomPerUnit => 2 * s_gates.Length;

        public void Run(RecurrentWeights weights, (int Sequences, int Steps, int Inputs, int Units) sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell, Span<float> y, Span<float> room, Span<float> lastCell)
        {
            var (sequences, steps, inputs, units) = sizes;
            int gates = s_gates.Length * sequences * steps * units;
            GruForward.Run(new GruSizes(sequences, steps, inputs, units), x, weights.Input, weights.Hidden, weights.InputBias, weights.HiddenBias, y, room[..gates], room.Slice(gates, gates), hidden);
        }
    }
}
