using System.Numerics.Tensors;
using Takt.Graphs.Plans.Compiling;
using Takt.Tensors.Kernels;

namespace Takt.Graphs.Plans.Operators;

/// <summary>Long short-term memory. Constant weights and the usual functions go by the kernel that training uses; peepholes, sequences of different lengths and the other rarities by the definition.</summary>
sealed class Lstm : Kernel
{
    /// <summary>The ONNX gate (of i, o, f, c) at each of our places (i, f, g, o).</summary>
    static readonly int[] s_gates = [0, 2, 3, 1];

    readonly RecurrentForm _form;
    readonly RecurrentWeights[]? _weights;
    readonly float[][] _biases = [];
    readonly bool _coupled, _batchFirst;

    public Lstm(Node node)
    {
        _form = new RecurrentForm(node, s_gates.Length, "Sigmoid", "Tanh", "Tanh");
        _coupled = node.Int("input_forget", 0) != 0;
        _batchFirst = node.BatchFirst;
        if (!_form.IsUsual || _coupled || node.Has(4) || node.Has(7) || (_weights = RecurrentWeights.Take(node, _form, s_gates)) is null) return;
        _biases = Array.ConvertAll(_weights, w =>
        {
            float[] sum = new float[w.InputBias.Length];
            TensorPrimitives.Add(w.InputBias, w.HiddenBias, sum);
            return sum;
        });
    }

    public override void Run(Call call)
    {
        if (_weights is not null) FastRecurrence.Run(call, _form, Sizes(call, _weights[0]), _weights, new Fast(_weights, _biases));
        else if (call.Input().Type == ElementType.Float64) PlainRecurrence.Run<double, LstmCell>(call, _form, new(_coupled));
        else PlainRecurrence.Run<float, LstmCell>(call, _form, new(_coupled));
        if (_batchFirst && call.OptionalOutput(0) is { } y) y.View(y, [y.Sizes[0], y.Sizes[1], y.Sizes[3]]);
    }

    RecurrentSizes Sizes(Call call, RecurrentWeights weights) => _form.Sizes(call, weights.Input.Rows, weights.Hidden.Rows, _batchFirst || _form.BatchFirst);

    readonly struct Fast(RecurrentWeights[] all, float[][] biases) : IRecurrentKernel
    {
        public int RoomPerUnit => s_gates.Length + 1;

        public void Run(RecurrentWeights weights, (int Sequences, int Steps, int Inputs, int Units) sizes, ReadOnlySpan<float> x, ReadOnlySpan<float> hidden, ReadOnlySpan<float> cell, Span<float> y, Span<float> room, Span<float> lastCell)
        {
            var (sequences, steps, inputs, units) = sizes;
            int states = sequences * steps * units;
            Span<float> cells = room[..states], gates = room.Slice(states, s_gates.Length * states);
            LstmForward.Run(new LstmSizes(sequences, steps, inputs, units), x, weights.Input, weights.Hidden, biases[Array.IndexOf(all, weights)], y, gates, cells, hidden, cell);
            for (int row = 0; row < sequences; row++) cells.Slice((((row + 1) * steps) - 1) * units, units).CopyTo(lastCell[(row * units)..]);
        }
    }
}
