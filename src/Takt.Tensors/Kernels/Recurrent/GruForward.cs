using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Gated recurrent unit, forward: one product for the inputs of all steps, one per step for the state, then the units of the step.</summary>
public static unsafe class GruForward
{
    /// <summary>Runs all steps, from a zero state unless another is given: with a = x·Wᵀ + b and s = h·Uᵀ + c, r = σ(aᵣ + sᵣ), z = σ(a_z + s_z), n = tanh(aₙ + r·sₙ), h = (1 − z)·n + z·h.</summary>
    /// <param name="sizes">Batch, steps, inputs, hidden.</param>
    /// <param name="x">[batch, steps, inputs].</param>
    /// <param name="inputWeight">Wᵀ packed: [inputs, 3·hidden], gates in the order r, z, n.</param>
    /// <param name="hiddenWeight">Uᵀ packed: [hidden, 3·hidden].</param>
    /// <param name="inputBias">b, [3·hidden].</param>
    /// <param name="hiddenBias">c, [3·hidden].</param>
    /// <param name="y">h of every step: [batch, steps, hidden].</param>
    /// <param name="gates">Room for r, z, n of every step: [batch, steps, 3·hidden].</param>
    /// <param name="states">Room for s of every step, of which the way back needs sₙ: [batch, steps, 3·hidden].</param>
    /// <param name="start">h before the first step: [batch, hidden]; empty for zero.</param>
    /// <exception cref="ShapeException">The lengths do not fit the sizes.</exception>
    public static void Run(GruSizes sizes, ReadOnlySpan<float> x, PackedMatrix inputWeight, PackedMatrix hiddenWeight, ReadOnlySpan<float> inputBias, ReadOnlySpan<float> hiddenBias, Span<float> y, Span<float> gates, Span<float> states,
        ReadOnlySpan<float> start = default)
    {
        long rows = (long)sizes.Batch * sizes.Steps;
        if (x.Length < rows * sizes.Inputs || y.Length < rows * sizes.Hidden || gates.Length < rows * sizes.Gates || states.Length < rows * sizes.Gates || (!start.IsEmpty && start.Length < (long)sizes.Batch * sizes.Hidden))
            throw new ShapeException("Gru", $"x {x.Length}, y {y.Length}, gates {gates.Length}, states {states.Length}, start {start.Length} numbers", $"those of {sizes}", "Check the sizes.");
        var sequences = new Sequences
        {
            Sizes = sizes, Parts = sizes.Parts, X = x, InputWeight = inputWeight, HiddenWeight = hiddenWeight, InputBias = inputBias, HiddenBias = hiddenBias, Y = y, Gates = gates, States = states, Start = start,
        };
        Workers.Run(sequences.Parts, ref sequences);
    }

    /// <summary>A part of the batch, through all its steps.</summary>
    ref struct Sequences : IWork
    {
        public GruSizes Sizes;
        public int Parts;
        public ReadOnlySpan<float> X, InputBias, HiddenBias, Start;
        public PackedMatrix InputWeight, HiddenWeight;
        public Span<float> Y, Gates, States;

        public void Run(int part)
        {
            var (steps, inputs, hidden, width) = (Sizes.Steps, Sizes.Inputs, Sizes.Hidden, Sizes.Gates);
            int first = (int)((long)Sizes.Batch * part / Parts), count = (int)((long)Sizes.Batch * (part + 1) / Parts) - first;
            int rows = count * steps;
            Band y = new(Y, first, steps, hidden), gates = new(Gates, first, steps, width), states = new(States, first, steps, width);

            Gemm.Multiply(new(X.Slice(first * steps * inputs, rows * inputs), rows, inputs), InputWeight, new(gates.All(count), rows, width), bias: InputBias);
            for (int t = 0; t < steps; t++)
            {
                if (t > 0) Gemm.Multiply(y.Step(t - 1, count), HiddenWeight, states.StepTarget(t, count), bias: HiddenBias);
                else if (!Start.IsEmpty) Gemm.Multiply(new(Start[(first * hidden)..], count, hidden), HiddenWeight, states.StepTarget(0, count), bias: HiddenBias);
                else
                    for (int sequence = 0; sequence < count; sequence++) HiddenBias.CopyTo(states.At(0)[(sequence * steps * width)..]);
                fixed (float* g = gates.At(t), s = states.At(t), h = y.At(t), start = Start.IsEmpty ? default : Start[(first * hidden)..])
                    KernelPath.Run(t > 0 ? new StepKernel(g, s, h, h - hidden, (nint)steps * hidden, count, hidden, steps) : new StepKernel(g, s, h, start, hidden, count, hidden, steps));
            }
        }
    }

    /// <summary>One step of all units: turns a into r, z, n in place, then moves the state.</summary>
    /// <remarks><paramref name="before"/> is h of the step before, its rows <paramref name="beforeRow"/> apart; null for zero.</remarks>
    readonly struct StepKernel(float* gates, float* states, float* y, float* before, nint beforeRow, int count, int hidden, int steps) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            nint row = (nint)steps * hidden;
            for (int sequence = 0; sequence < count; sequence++)
            {
                float* gate = gates + (sequence * 3 * row), state = states + (sequence * 3 * row), h = y + (sequence * row);
                for (int j = 0; j < hidden; j += V.Count)
                {
                    int here = Math.Min(V.Count, hidden - j);
                    float* reset = gate + j, update = reset + hidden, fresh = update + hidden, from = state + j;
                    var r = Approximation.Sigmoid(Loops<V>.LoadUpTo(reset, here) + Loops<V>.LoadUpTo(from, here));
                    var z = Approximation.Sigmoid(Loops<V>.LoadUpTo(update, here) + Loops<V>.LoadUpTo(from + hidden, here));
                    var n = Approximation.Tanh(V.MultiplyAdd(r, Loops<V>.LoadUpTo(from + (2 * hidden), here), Loops<V>.LoadUpTo(fresh, here)));
                    Loops<V>.StoreUpTo(r, reset, here);
                    Loops<V>.StoreUpTo(z, update, here);
                    Loops<V>.StoreUpTo(n, fresh, here);
                    var now = (V.Fill(1) - z) * n;
                    if (before != null) now = V.MultiplyAdd(z, Loops<V>.LoadUpTo(before + (sequence * beforeRow) + j, here), now);
                    Loops<V>.StoreUpTo(now, h + j, here);
                }
            }
        }
    }
}
