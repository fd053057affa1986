using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Recurrent layers.</summary>
public static class Recurrent
{
    extension(Tensor x)
    {
        /// <summary>Long short-term memory over a batch of sequences, starting from zero: (i, f, g, o) = x·Wᵀ + h·Uᵀ + b; c = σ(f)·c + σ(i)·tanh(g); h = σ(o)·tanh(c).</summary>
        /// <param name="inputWeight">W, shape [4·hidden, inputs], gates in PyTorch's order i, f, g, o.</param>
        /// <param name="hiddenWeight">U, shape [4·hidden, hidden].</param>
        /// <param name="bias">b, shape [4·hidden] (PyTorch's two biases added).</param>
        /// <returns>h of every step, shape [batch, steps, hidden], for x of shape [batch, steps, inputs].</returns>
        /// <remarks>Recorded as ONNX <c>LSTM</c> with inputs x, W, U, b as they are here: batch first, gates i, f, g, o. The tracer reorders.</remarks>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        public Tensor Lstm(Tensor inputWeight, Tensor hiddenWeight, Tensor bias) => Tape.Run<LongShortTerm>(x, inputWeight, hiddenWeight, bias);
    }

    sealed class LongShortTerm : Record<ValueTuple>
    {
        LstmSizes _sizes;
        Tensor _gates = null!, _cells = null!;   // made by Prepare
        PackedMatrix? _toGates, _fromHidden, _toHidden;

        public override string Name => "LSTM";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("hidden_size", (long)_sizes.Hidden)];

        internal override Tensor Prepare()
        {
            var (x, inputWeight, hiddenWeight, bias) = (this[0], this[1], this[2], this[3]);
            int hidden = hiddenWeight.Shape.Rank == 2 ? hiddenWeight.Shape[1] : 0;
            if (x.Shape.Rank != 3 || hidden == 0 || hiddenWeight.Shape[0] != 4 * hidden || inputWeight.Shape != [4 * hidden, x.Shape[2]] || bias.Shape != [4 * hidden])
                throw new ShapeException("Lstm", $"x {x.Shape}, input weight {inputWeight.Shape}, hidden weight {hiddenWeight.Shape}, bias {bias.Shape}",
                    "x [batch, steps, inputs], input weight [4·hidden, inputs], hidden weight [4·hidden, hidden], bias [4·hidden]", "Check the layer's sizes.");
            _sizes = new LstmSizes(x.Shape[0], x.Shape[1], x.Shape[2], hidden);
            (_gates, _cells) = (Room([_sizes.Batch, _sizes.Steps, _sizes.Gates]), Room([_sizes.Batch, _sizes.Steps, hidden]));
            return Room(_cells.Shape);
        }

        internal override void Forward()
        {
            using var toGates = PackedMatrix.Pack(Matrices.Of(this[1]).Transposed, ref _toGates);
            using var fromHidden = PackedMatrix.Pack(Matrices.Of(this[2]).Transposed, ref _fromHidden);
            LstmForward.Run(_sizes, this[0].Values, toGates, fromHidden, this[3].Values, Output.Values, _gates.Values, _cells.Values);
        }

        internal override void Backward(Tensor dy)
        {
            var (x, inputWeight, hiddenWeight, bias) = (this[0], this[1], this[2], this[3]);
            using Scratch dGates = new(_gates.Length), dHidden = new(_sizes.Batch * _sizes.Hidden), dCell = new(_sizes.Batch * _sizes.Hidden);
            using (var toHidden = PackedMatrix.Pack(Matrices.Of(hiddenWeight), ref _toHidden))
                LstmBackward.Run(_sizes, toHidden, _gates.Values, _cells.Values, dy.Values, dGates.Values, dHidden.Values, dCell.Values);

            // dx = dgates·W, dW = dgatesᵀ·x, dU = Σ over steps of dgatesᵀ·h of the step before, db = Σ dgates.
            int rows = _sizes.Batch * _sizes.Steps;
            Matrix all = new(dGates.Values, rows, _sizes.Gates), inputs = new(x.Values, rows, _sizes.Inputs);
            if (x.RequiresGradient) Gemm.Multiply(all, Matrices.Of(inputWeight), new(Gradients.Of(x, out bool add), rows, _sizes.Inputs), add);
            if (inputWeight.RequiresGradient) Gemm.Multiply(all.Transposed, inputs, Matrices.Target(inputWeight.GradientRoom(out bool add)), add);
            if (hiddenWeight.RequiresGradient) Gradients.AddRecurrent(hiddenWeight, _sizes.Batch, _sizes.Steps, dGates.Values, Output.Values);
            if (bias.RequiresGradient) Gradients.AddRows(bias, dGates.Values);
        }
    }
}
