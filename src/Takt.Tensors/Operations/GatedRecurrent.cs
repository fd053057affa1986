using Takt.Tensors.Kernels;

namespace Takt.Tensors;

/// <summary>Gated recurrent units.</summary>
public static class GatedRecurrent
{
    extension(Tensor x)
    {
        /// <summary>Gated recurrent unit (Cho et al. 2014, arXiv:1406.1078) over a batch of sequences, starting from zero, as torch.nn.GRU: with a = x·Wᵀ + b and s = h·Uᵀ + c, r = σ(aᵣ + sᵣ), z = σ(a_z + s_z), n = tanh(aₙ + r·sₙ), h = (1 − z)·n + z·h.</summary>
        /// <param name="inputWeight">W, shape [3·hidden, inputs], gates in PyTorch's order r, z, n.</param>
        /// <param name="hiddenWeight">U, shape [3·hidden, hidden].</param>
        /// <param name="inputBias">b, shape [3·hidden].</param>
        /// <param name="hiddenBias">c, shape [3·hidden]; its last third stands inside r's product, so the two do not add up to one.</param>
        /// <returns>h of every step, shape [batch, steps, hidden], for x of shape [batch, steps, inputs].</returns>
        /// <remarks>Recorded as ONNX <c>GRU</c> with <c>linear_before_reset</c> and inputs x, W, U, b, c as they are here: batch first, gates r, z, n (ONNX: z, r, h).</remarks>
        /// <exception cref="ShapeException">The shapes do not fit together.</exception>
        public Tensor Gru(Tensor inputWeight, Tensor hiddenWeight, Tensor inputBias, Tensor hiddenBias) => Tape.Run<Gated>(x, inputWeight, hiddenWeight, inputBias, hiddenBias);
    }

    sealed class Gated : Record<ValueTuple>
    {
        GruSizes _sizes;
        Tensor _gates = null!, _states = null!;   // made by Prepare
        PackedMatrix? _toGates, _fromHidden, _toHidden;

        public override string Name => "GRU";

        public override IReadOnlyList<OperationAttribute> Attributes => [new("hidden_size", (long)_sizes.Hidden), new("linear_before_reset", 1L)];

        internal override Tensor Prepare()
        {
            var (x, inputWeight, hiddenWeight, inputBias, hiddenBias) = (this[0], this[1], this[2], this[3], this[4]);
            int hidden = hiddenWeight.Shape.Rank == 2 ? hiddenWeight.Shape[1] : 0, width = 3 * hidden;
            if (x.Shape.Rank != 3 || hidden == 0 || hiddenWeight.Shape[0] != width || inputWeight.Shape != [width, x.Shape[2]] || inputBias.Shape != [width] || hiddenBias.Shape != [width])
                throw new ShapeException("Gru", $"x {x.Shape}, input weight {inputWeight.Shape}, hidden weight {hiddenWeight.Shape}, biases {inputBias.Shape} and {hiddenBias.Shape}",
                    "x [batch, steps, inputs], input weight [3·hidden, inputs], hidden weight [3·hidden, hidden], biases [3·hidden]", "Check the layer's sizes.");
            _sizes = new GruSizes(x.Shape[0], x.Shape[1], x.Shape[2], hidden);
            (_gates, _states) = (Room([_sizes.Batch, _sizes.Steps, width]), Room([_sizes.Batch, _sizes.Steps, width]));
            return Room([_sizes.Batch, _sizes.Steps, hidden]);
        }

        internal override void Forward()
        {
            using var toGates = PackedMatrix.Pack(Matrices.Of(this[1]).Transposed, ref _toGates);
            using var fromHidden = PackedMatrix.Pack(Matrices.Of(this[2]).Transposed, ref _fromHidden);
            GruForward.Run(_sizes, this[0].Values, toGates, fromHidden, this[3].Values, this[4].Values, Output.Values, _gates.Values, _states.Values);
        }

        internal override void Backward(Tensor dy)
        {
            var (x, inputWeight, hiddenWeight, inputBias, hiddenBias) = (this[0], this[1], this[2], this[3], this[4]);
            using Scratch dInput = new(_gates.Length), dState = new(_gates.Length), dHidden = new(_sizes.Batch * _sizes.Hidden);
            using (var toHidden = PackedMatrix.Pack(Matrices.Of(hiddenWeight), ref _toHidden))
                GruBackward.Run(_sizes, toHidden, _gates.Values, _states.Values, Output.Values, dy.Values, dInput.Values, dState.Values, dHidden.Values);

            // With da and ds: dx = da·W, dW = daᵀ·x, dU = Σ over steps of dsᵀ·h of the step before, db = Σ da, dc = Σ ds.
            int rows = _sizes.Batch * _sizes.Steps;
            Matrix all = new(dInput.Values, rows, _sizes.Gates), inputs = new(x.Values, rows, _sizes.Inputs);
            if (x.RequiresGradient) Gemm.Multiply(all, Matrices.Of(inputWeight), new(Gradients.Of(x, out bool add), rows, _sizes.Inputs), add);
            if (inputWeight.RequiresGradient) Gemm.Multiply(all.Transposed, inputs, Matrices.Target(inputWeight.GradientRoom(out bool add)), add);
            if (hiddenWeight.RequiresGradient) Gradients.AddRecurrent(hiddenWeight, _sizes.Batch, _sizes.Steps, dState.Values, Output.Values);
            if (inputBias.RequiresGradient) Gradients.AddRows(inputBias, dInput.Values);
            if (hiddenBias.RequiresGradient) Gradients.AddRows(hiddenBias, dState.Values);
        }
    }
}
