using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Long short-term memory, forward: one product for the inputs of all steps, one per step for the hidden state, then the cells of the step.</summary>
public static unsafe class LstmForward
{
    /// <summary>Runs all steps from a zero state: (i, f, g, o) = x·Wᵀ + h·Uᵀ + b; c = σ(f)·c + σ(i)·tanh(g); h = σ(o)·tanh(c).</summary>
    /// <param name="sizes">Batch, steps, inputs, hidden.</param>
    /// <param name="x">[batch, steps, inputs].</param>
    /// <param name="inputWeight">Wᵀ packed: [inputs, 4·hidden], gates in the order i, f, g, o.</param>
    /// <param name="hiddenWeight">Uᵀ packed: [hidden, 4·hidden].</param>
    /// <param name="bias">[4·hidden].</param>
    /// <param name="y">h of every step: [batch, steps, hidden].</param>
    /// <param name="gates">Room for the gates after their activation: [batch, steps, 4·hidden].</param>
    /// <param name="cells">Room for c of every step: [batch, steps, hidden].</param>
    public static void Run(LstmSizes sizes, ReadOnlySpan<float> x, PackedMatrix inputWeight, PackedMatrix hiddenWeight, ReadOnlySpan<float> bias, Span<float> y, Span<float> gates, Span<float> cells)
    {
        var sequences = new Sequences
        {
            Sizes = sizes, Parts = sizes.Parts, X = x, InputWeight = inputWeight, HiddenWeight = hiddenWeight, Bias = bias, Y = y, Gates = gates, Cells = cells,
        };
        Workers.Run(sequences.Parts, ref sequences);
    }

    /// <summary>A part of the batch, through all its steps.</summary>
    ref struct Sequences : IWork
    {
        public LstmSizes Sizes;
        public int Parts;
        public ReadOnlySpan<float> X, Bias;
        public PackedMatrix InputWeight, HiddenWeight;
        public Span<float> Y, Gates, Cells;

        public void Run(int part)
        {
            var (steps, inputs, hidden, width) = (Sizes.Steps, Sizes.Inputs, Sizes.Hidden, Sizes.Gates);
            int first = (int)((long)Sizes.Batch * part / Parts), count = (int)((long)Sizes.Batch * (part + 1) / Parts) - first;
            int rows = count * steps;
            var x = X.Slice(first * steps * inputs, rows * inputs);
            Band y = new(Y, first, steps, hidden), gates = new(Gates, first, steps, width), cells = new(Cells, first, steps, hidden);

            Gemm.Multiply(new(x, rows, inputs), InputWeight, new(gates.All(count), rows, width), bias: Bias);
            for (int t = 0; t < steps; t++)
            {
                if (t > 0) Gemm.Multiply(y.Step(t - 1, count), HiddenWeight, gates.StepTarget(t, count), accumulate: true);
                fixed (float* g = gates.At(t), c = cells.At(t), h = y.At(t))
                    KernelPath.Run(new StepKernel(g, c, h, count, hidden, steps, t == 0));
            }
        }
    }

    /// <summary>One step of all cells: applies the gates' activations in place, then moves the cells and the hidden state.</summary>
    readonly struct StepKernel(float* gates, float* cells, float* y, int count, int hidden, int steps, bool isFirst) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            nint row = (nint)steps * hidden;
            for (int sequence = 0; sequence < count; sequence++)
            {
                float* i = gates + (sequence * 4 * row), f = i + hidden, g = f + hidden, o = g + hidden;
                float* cell = cells + (sequence * row), h = y + (sequence * row);
                for (int j = 0; j < hidden; j += V.Count)
                {
                    int here = Math.Min(V.Count, hidden - j);
                    V input = Approximation.Sigmoid(Loops<V>.LoadUpTo(i + j, here)), forget = Approximation.Sigmoid(Loops<V>.LoadUpTo(f + j, here));
                    V candidate = Approximation.Tanh(Loops<V>.LoadUpTo(g + j, here)), output = Approximation.Sigmoid(Loops<V>.LoadUpTo(o + j, here));
                    var now = input * candidate;
                    if (!isFirst) now = V.MultiplyAdd(forget, Loops<V>.LoadUpTo(cell - hidden + j, here), now);
                    Loops<V>.StoreUpTo(input, i + j, here);
                    Loops<V>.StoreUpTo(forget, f + j, here);
                    Loops<V>.StoreUpTo(candidate, g + j, here);
                    Loops<V>.StoreUpTo(output, o + j, here);
                    Loops<V>.StoreUpTo(now, cell + j, here);
                    Loops<V>.StoreUpTo(output * Approximation.Tanh(now), h + j, here);
                }
            }
        }
    }
}
