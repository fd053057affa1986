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

            var (batch, steps, inputs) = (x.Shape[0], x.Shape[1], x.Shape[2]);
            var y = Tape.Allocate([batch, steps, hidden]);
            var gates = Tape.Allocate([batch, steps, 4 * hidden]);   // before the activations, then after them
            var cells = Tape.Allocate([batch, steps, hidden]);
            Gemm.Multiply(new(x.Values, batch * steps, inputs), new Matrix(inputWeight.Values, 4 * hidden, inputs).Transposed, new(gates.Values, batch * steps, 4 * hidden), bias: bias.Values);
            for (int t = 0; t < steps; t++)
            {
                if (t > 0)
                    Gemm.Multiply(new(y.Values[((t - 1) * hidden)..], batch, hidden, steps * hidden), new Matrix(hiddenWeight.Values, 4 * hidden, hidden).Transposed,
                        new(gates.Values[(t * 4 * hidden)..], batch, 4 * hidden, steps * 4 * hidden), accumulate: true);
                for (int b = 0; b < batch; b++)
                    for (int j = 0; j < hidden; j++)
                    {
                        int at = (b * steps) + t;
                        var gate = gates.Values.Slice(at * 4 * hidden, 4 * hidden);
                        float i = gate[j] = Sigmoid(gate[j]), f = gate[hidden + j] = Sigmoid(gate[hidden + j]);
                        float g = gate[(2 * hidden) + j] = MathF.Tanh(gate[(2 * hidden) + j]), o = gate[(3 * hidden) + j] = Sigmoid(gate[(3 * hidden) + j]);
                        float before = t == 0 ? 0 : cells.Values[((at - 1) * hidden) + j];
                        float cell = cells.Values[(at * hidden) + j] = (f * before) + (i * g);
                        y.Values[(at * hidden) + j] = o * MathF.Tanh(cell);
                    }
            }

            return Tape.Record("LSTM", [x, inputWeight, hiddenWeight, bias], y, dy =>
            {
                var dGates = Tape.Allocate(gates.Shape);
                var dHidden = Tape.Allocate([batch, hidden]);
                var dCell = Tape.Allocate([batch, hidden]);
                dHidden.Values.Clear();
                dCell.Values.Clear();
                for (int t = steps - 1; t >= 0; t--)
                {
                    for (int b = 0; b < batch; b++)
                        for (int j = 0; j < hidden; j++)
                        {
                            int at = (b * steps) + t;
                            var gate = gates.Values.Slice(at * 4 * hidden, 4 * hidden);
                            var d = dGates.Values.Slice(at * 4 * hidden, 4 * hidden);
                            float i = gate[j], f = gate[hidden + j], g = gate[(2 * hidden) + j], o = gate[(3 * hidden) + j];
                            float tanh = MathF.Tanh(cells.Values[(at * hidden) + j]), before = t == 0 ? 0 : cells.Values[((at - 1) * hidden) + j];
                            float dh = dy.Values[(at * hidden) + j] + dHidden.Values[(b * hidden) + j];
                            float dc = dCell.Values[(b * hidden) + j] + (dh * o * (1 - (tanh * tanh)));
                            d[j] = dc * g * i * (1 - i);
                            d[hidden + j] = dc * before * f * (1 - f);
                            d[(2 * hidden) + j] = dc * i * (1 - (g * g));
                            d[(3 * hidden) + j] = dh * tanh * o * (1 - o);
                            dCell.Values[(b * hidden) + j] = dc * f;
                        }

                    if (t > 0)
                        Gemm.Multiply(new(dGates.Values[(t * 4 * hidden)..], batch, 4 * hidden, steps * 4 * hidden), new Matrix(hiddenWeight.Values, 4 * hidden, hidden), new(dHidden.Values, batch, hidden));
                }

                Matrix all = new(dGates.Values, batch * steps, 4 * hidden);
                if (x.RequiresGradient)
                    Gemm.Multiply(all, new Matrix(inputWeight.Values, 4 * hidden, inputs), new(Tape.GradientOf(x, out bool add).Values, batch * steps, inputs), add);
                if (inputWeight.RequiresGradient)
                    Gemm.Multiply(all.Transposed, new Matrix(x.Values, batch * steps, inputs), new(Tape.GradientOf(inputWeight, out bool add).Values, 4 * hidden, inputs), add);
                if (hiddenWeight.RequiresGradient)
                {
                    var target = Tape.GradientOf(hiddenWeight, out bool add).Values;
                    if (!add) target.Clear();
                    for (int t = 1; t < steps; t++)
                        Gemm.Multiply(new Matrix(dGates.Values[(t * 4 * hidden)..], batch, 4 * hidden, steps * 4 * hidden).Transposed,
                            new Matrix(y.Values[((t - 1) * hidden)..], batch, hidden, steps * hidden), new(target, 4 * hidden, hidden), accumulate: true);
                }

                if (bias.RequiresGradient)
                {
                    var target = Tape.GradientOf(bias, out bool add).Values;
                    if (!add) target.Clear();
                    for (int row = 0; row < batch * steps; row++)
                        System.Numerics.Tensors.TensorPrimitives.Add(target, dGates.Values.Slice(row * 4 * hidden, 4 * hidden), target);
                }
            }, new OperationAttribute("hidden_size", (long)hidden));
        }
    }

    static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
