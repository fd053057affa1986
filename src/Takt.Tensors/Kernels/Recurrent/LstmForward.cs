using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Long short-term memory, forward: one product for the inputs of all steps, one per step for the hidden state, then the cells of the step.</summary>
public static unsafe class LstmForward
{
    /// <summary>Runs all steps, from a zero state unless another is given: (i, f, g, o) = x·Wᵀ + h·Uᵀ + b; c = σ(f)·c + σ(i)·tanh(g); h = σ(o)·tanh(c).</summary>
    /// <param name="sizes">Batch, steps, inputs, hidden.</param>
    /// <param name="x">[batch, steps, inputs].</param>
    /// <param name="inputWeight">Wᵀ packed: [inputs, 4·hidden], gates in the order i, f, g, o.</param>
    /// <param name="hiddenWeight">Uᵀ packed: [hidden, 4·hidden].</param>
    /// <param name="bias">[4·hidden].</param>
    /// <param name="y">h of every step: [batch, steps, hidden].</param>
    /// <param name="gates">Room for the gates after their activation: [batch, steps, 4·hidden].</param>
    /// <param name="cells">Room for c of every step: [batch, steps, hidden].</param>
    /// <param name="startHidden">h before the first step: [batch, hidden]; empty for zero.</param>
    /// <param name="startCell">c before the first step: [batch, hidden]; empty for zero.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static void Run(LstmSizes sizes, ReadOnlySpan<float> x, PackedMatrix inputWeight, PackedMatrix hiddenWeight, ReadOnlySpan<float> bias, Span<float> y, Span<float> gates, Span<float> cells,
        ReadOnlySpan<float> startHidden = default, ReadOnlySpan<float> startCell = default)
    {
        long rows = (long)sizes.Batch * sizes.Steps, states = rows * sizes.Hidden, start = (long)sizes.Batch * sizes.Hidden;
        if (x.Length < rows * sizes.Inputs || y.Length < states || cells.Length < states || gates.Length < rows * sizes.Gates
            || (!startHidden.IsEmpty && startHidden.Length < start) || (!startCell.IsEmpty && startCell.Length < start))
            throw new ShapeException("Lstm", $"x {x.Length}, y {y.Length}, gates {gates.Length}, cells {cells.Length}, start {startHidden.Length} and {startCell.Length} numbers", $"those of {sizes}", "Check the sizes.");
        var sequences = new Sequences
        {
            Sizes = sizes, Parts = sizes.Parts, X = x, InputWeight = inputWeight, HiddenWeight = hiddenWeight, Bias = bias, Y = y, Gates = gates, Cells = cells,
            StartHidden = startHidden, StartCell = startCell,
        };
        Workers.Run(sequences.Parts, ref sequences);
    }

    /// <summary>A part of the batch, through all its steps.</summary>
    ref struct Sequences : IWork
    {
        public LstmSizes Sizes;
        public int Parts;
        public ReadOnlySpan<float> X, Bias, StartHidden, StartCell;
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
                else if (!StartHidden.IsEmpty) Gemm.Multiply(new(StartHidden[(first * hidden)..], count, hidden), HiddenWeight, gates.StepTarget(0, count), accumulate: true);
                fixed (float* g = gates.At(t), c = cells.At(t), h = y.At(t), start = StartCell.IsEmpty ? default : StartCell[(first * hidden)..])
                    KernelPath.Run(t > 0 ? new StepKernel(g, c, h, c - hidden, steps * hidden, count, hidden, steps) : new StepKernel(g, c, h, start, hidden, count, hidden, steps));
            }
        }
    }

    /// <summary>One step of all cells: applies the gates' activations in place, then moves the cells and the hidden state.</summary>
    /// <remarks><paramref name="before"/> is c of the step before, its rows <paramref name="beforeRow"/> apart; null for zero.</remarks>
    readonly struct StepKernel(float* gates, float* cells, float* y, float* before, nint beforeRow, int count, int hidden, int steps) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            nint row = (nint)steps * hidden;
            for (int sequence = 0; sequence < count; sequence++)
            {
                float* i = gates + (sequence * 4 * row), f = i + hidden, g = f + hidden, o = g + hidden;
                float* cell = cells + (sequence * row), h = y + (sequence * row);
                Loops<V>.Map(default(Sigmoid), i, i, 2 * hidden);   // i and f lie side by side
                Loops<V>.Map(default(Tanh), g, g, hidden);
                Loops<V>.Map(default(Sigmoid), o, o, hidden);
                for (int j = 0; j < hidden; j += V.Count)
                {
                    int here = Math.Min(V.Count, hidden - j);
                    var now = Loops<V>.LoadUpTo(i + j, here) * Loops<V>.LoadUpTo(g + j, here);
                    if (before != null) now = V.MultiplyAdd(Loops<V>.LoadUpTo(f + j, here), Loops<V>.LoadUpTo(before + (sequence * beforeRow) + j, here), now);
                    Loops<V>.StoreUpTo(now, cell + j, here);
                    Loops<V>.StoreUpTo(Loops<V>.LoadUpTo(o + j, here) * Approximation.Tanh(now), h + j, here);
                }
            }
        }
    }
}
