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
        public Tensor Gru(Tensor inputWeight, Tensor hiddenWeight, Tensor inputBias, Tensor hiddenBias)
        {
            int hidden = hiddenWeight.Shape.Rank == 2 ? hiddenWeight.Shape[1] : 0, width = 3 * hidden;
            if (x.Shape.Rank != 3 || hidden == 0 || hiddenWeight.Shape[0] != width || inputWeight.Shape != [width, x.Shape[2]] || inputBias.Shape != [width] || hiddenBias.Shape != [width])
                throw new ShapeException("Gru", $"x {x.Shape}, input weight {inputWeight.Shape}, hidden weight {hiddenWeight.Shape}, biases {inputBias.Shape} and {hiddenBias.Shape}",
                    "x [batch, steps, inputs], input weight [3·hidden, inputs], hidden weight [3·hidden, hidden], biases [3·hidden]", "Check the layer's sizes.");

            var sizes = new GruSizes(x.Shape[0], x.Shape[1], x.Shape[2], hidden);
            var y = Tape.Allocate([sizes.Batch, sizes.Steps, hidden]);
            Tensor gates = Tape.Allocate([sizes.Batch, sizes.Steps, width]), states = Tape.Allocate(gates.Shape);
            using (var toGates = PackedMatrix.Pack(AsMatrix(inputWeight).Transposed))
            using (var fromHidden = PackedMatrix.Pack(AsMatrix(hiddenWeight).Transposed))
                GruForward.Run(sizes, x.Values, toGates, fromHidden, inputBias.Values, hiddenBias.Values, y.Values, gates.Values, states.Values);

            return Tape.Record("GRU", [x, inputWeight, hiddenWeight, inputBias, hiddenBias], y, dy =>
            {
                using Storage dInput = Storage.Rent(gates.Length), dState = Storage.Rent(gates.Length), dHidden = Storage.Rent(sizes.Batch * hidden);
                using (var toHidden = PackedMatrix.Pack(AsMatrix(hiddenWeight)))
                    GruBackward.Run(sizes, toHidden, gates.Values, states.Values, y.Values, dy.Values, dInput.Values, dState.Values, dHidden.Values);

                // With da and ds: dx = da·W, dW = daᵀ·x, dU = Σ over steps of dsᵀ·h of the step before, db = Σ da, dc = Σ ds.
                int rows = sizes.Batch * sizes.Steps;
                Matrix all = new(dInput.Values, rows, width), inputs = new(x.Values, rows, sizes.Inputs);
                if (x.RequiresGradient) Gemm.Multiply(all, AsMatrix(inputWeight), new(Tape.GradientOf(x, out bool add).Values, rows, sizes.Inputs), add);
                if (inputWeight.RequiresGradient) Gemm.Multiply(all.Transposed, inputs, new(Tape.GradientOf(inputWeight, out bool add).Values, width, sizes.Inputs), add);
                if (hiddenWeight.RequiresGradient) AddHiddenWeight(sizes, dState.Values, y.Values, Gradients.Begin(hiddenWeight));
                if (inputBias.RequiresGradient) Gradients.AddRows(inputBias, dInput.Values);
                if (hiddenBias.RequiresGradient) Gradients.AddRows(hiddenBias, dState.Values);
            }, new("hidden_size", (long)hidden), new("linear_before_reset", 1L));
        }
    }

    static void AddHiddenWeight(GruSizes sizes, Span<float> dState, Span<float> y, Span<float> target)
    {
        Band gradients = new(dState, 0, sizes.Steps, sizes.Gates), states = new(y, 0, sizes.Steps, sizes.Hidden);
        for (int t = 1; t < sizes.Steps; t++)
            Gemm.Multiply(gradients.Step(t, sizes.Batch).Transposed, states.Step(t - 1, sizes.Batch), new(target, sizes.Gates, sizes.Hidden), accumulate: true);
    }

    static Matrix AsMatrix(Tensor x) => new(x.Values, x.Shape[0], x.Shape[1]);
}
