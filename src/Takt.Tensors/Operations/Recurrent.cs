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
        public Tensor Lstm(Tensor inputWeight, Tensor hiddenWeight, Tensor bias)
        {
            int hidden = hiddenWeight.Shape.Rank == 2 ? hiddenWeight.Shape[1] : 0;
            if (x.Shape.Rank != 3 || hidden == 0 || hiddenWeight.Shape[0] != 4 * hidden || inputWeight.Shape != [4 * hidden, x.Shape[2]] || bias.Shape != [4 * hidden])
                throw new ShapeException("Lstm", $"x {x.Shape}, input weight {inputWeight.Shape}, hidden weight {hiddenWeight.Shape}, bias {bias.Shape}",
                    "x [batch, steps, inputs], input weight [4·hidden, inputs], hidden weight [4·hidden, hidden], bias [4·hidden]", "Check the layer's sizes.");

            var sizes = new LstmSizes(x.Shape[0], x.Shape[1], x.Shape[2], hidden);
            var y = Tape.Allocate([sizes.Batch, sizes.Steps, hidden]);
            var gates = Tape.Allocate([sizes.Batch, sizes.Steps, sizes.Gates]);
            var cells = Tape.Allocate(y.Shape);
            using (var toGates = PackedMatrix.Pack(AsMatrix(inputWeight).Transposed))
            using (var fromHidden = PackedMatrix.Pack(AsMatrix(hiddenWeight).Transposed))
                LstmForward.Run(sizes, x.Values, toGates, fromHidden, bias.Values, y.Values, gates.Values, cells.Values);

            return Tape.Record("LSTM", [x, inputWeight, hiddenWeight, bias], y, dy =>
            {
                using Storage dGates = Storage.Rent(gates.Length), dHidden = Storage.Rent(sizes.Batch * hidden), dCell = Storage.Rent(sizes.Batch * hidden);
                using (var toHidden = PackedMatrix.Pack(AsMatrix(hiddenWeight)))
                    LstmBackward.Run(sizes, toHidden, gates.Values, cells.Values, dy.Values, dGates.Values, dHidden.Values, dCell.Values);

                // dx = dgates·W, dW = dgatesᵀ·x, dU = Σ over steps of dgatesᵀ·h of the step before, db = Σ dgates.
                int rows = sizes.Batch * sizes.Steps;
                Matrix all = new(dGates.Values, rows, sizes.Gates), inputs = new(x.Values, rows, sizes.Inputs);
                if (x.RequiresGradient) Gemm.Multiply(all, AsMatrix(inputWeight), new(Tape.GradientOf(x, out bool add).Values, rows, sizes.Inputs), add);
                if (inputWeight.RequiresGradient) Gemm.Multiply(all.Transposed, inputs, new(Tape.GradientOf(inputWeight, out bool add).Values, sizes.Gates, sizes.Inputs), add);
                if (hiddenWeight.RequiresGradient) AddHiddenWeight(sizes, dGates.Values, y.Values, Gradients.Begin(hiddenWeight));
                if (bias.RequiresGradient) Gradients.AddRows(bias, dGates.Values);
            }, new OperationAttribute("hidden_size", (long)hidden));
        }
    }

    static void AddHiddenWeight(LstmSizes sizes, Span<float> dGates, Span<float> y, Span<float> target)
    {
        Band gradients = new(dGates, 0, sizes.Steps, sizes.Gates), states = new(y, 0, sizes.Steps, sizes.Hidden);
        for (int t = 1; t < sizes.Steps; t++)
            Gemm.Multiply(gradients.Step(t, sizes.Batch).Transposed, states.Step(t - 1, sizes.Batch), new(target, sizes.Gates, sizes.Hidden), accumulate: true);
    }

    static Matrix AsMatrix(Tensor x) => new(x.Values, x.Shape[0], x.Shape[1]);
}
