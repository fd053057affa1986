using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Long short-term memory, backward through time: from the last step to the first, the cells of the step, then one product that carries the gradient to the step before.</summary>
static unsafe class LstmBackward
{
    /// <summary>Computes the gradient of the gates before their activation; those of inputs, weights and bias are products of it.</summary>
    /// <param name="sizes">Batch, steps, inputs, hidden.</param>
    /// <param name="hiddenWeight">U packed: [4·hidden, hidden].</param>
    /// <param name="gates">Gates after their activation, from the forward pass.</param>
    /// <param name="cells">c of every step, from the forward pass.</param>
    /// <param name="dy">Gradient of h of every step.</param>
    /// <param name="dGates">Target: [batch, steps, 4·hidden].</param>
    /// <param name="dHidden">Room: [batch, hidden].</param>
    /// <param name="dCell">Room: [batch, hidden].</param>
    public static void Run(LstmSizes sizes, PackedMatrix hiddenWeight, Span<float> gates, Span<float> cells, Span<float> dy, Span<float> dGates, Span<float> dHidden, Span<float> dCell)
    {
        var sequences = new Sequences
        {
            Sizes = sizes, Parts = sizes.Parts, HiddenWeight = hiddenWeight, Gates = gates, Cells = cells, Dy = dy, DGates = dGates, DHidden = dHidden, DCell = dCell,
        };
        Workers.Run(sequences.Parts, ref sequences);
    }

    /// <summary>A part of the batch, through all its steps.</summary>
    ref struct Sequences : IWork
    {
        public LstmSizes Sizes;
        public int Parts;
        public PackedMatrix HiddenWeight;
        public Span<float> Gates, Cells, Dy, DGates, DHidden, DCell;

        public void Run(int part)
        {
            var (steps, hidden, width) = (Sizes.Steps, Sizes.Hidden, Sizes.Gates);
            int first = (int)((long)Sizes.Batch * part / Parts), count = (int)((long)Sizes.Batch * (part + 1) / Parts) - first;
            Band gates = new(Gates, first, steps, width), cells = new(Cells, first, steps, hidden), dy = new(Dy, first, steps, hidden), dGates = new(DGates, first, steps, width);
            Span<float> dHidden = DHidden.Slice(first * hidden, count * hidden), dCell = DCell.Slice(first * hidden, count * hidden);
            for (int t = steps - 1; t >= 0; t--)
            {
                fixed (float* g = gates.At(t), c = cells.At(t), d = dy.At(t), dg = dGates.At(t), dh = dHidden, dc = dCell)
                    KernelPath.Run(new StepKernel(g, c, d, dg, dh, dc, count, hidden, steps, isFirst: t == 0, isLast: t == steps - 1));
                if (t > 0) Gemm.Multiply(dGates.Step(t, count), HiddenWeight, new(dHidden, count, hidden));
            }
        }
    }

    /// <summary>One step of all cells. With h = o·tanh c and c = f·c₋₁ + i·g: dc gathers dh·o·(1 − tanh²c); then di = dc·g, df = dc·c₋₁, dg = dc·i, do = dh·tanh c, each times the slope of its activation; f·dc goes on to the step before.</summary>
    readonly struct StepKernel(float* gates, float* cells, float* dy, float* dGates, float* dHidden, float* dCell, int count, int hidden, int steps, bool isFirst, bool isLast) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            nint row = (nint)steps * hidden;
            var one = V.Fill(1);
            for (int sequence = 0; sequence < count; sequence++)
            {
                float* gate = gates + (sequence * 4 * row), target = dGates + (sequence * 4 * row);
                float* cell = cells + (sequence * row), gradient = dy + (sequence * row), carriedHidden = dHidden + (sequence * hidden), carriedCell = dCell + (sequence * hidden);
                for (int j = 0; j < hidden; j += V.Count)
                {
                    int here = Math.Min(V.Count, hidden - j);
                    V i = Loops<V>.LoadUpTo(gate + j, here), f = Loops<V>.LoadUpTo(gate + hidden + j, here);
                    V g = Loops<V>.LoadUpTo(gate + (2 * hidden) + j, here), o = Loops<V>.LoadUpTo(gate + (3 * hidden) + j, here);
                    var tanh = Approximation.Tanh(Loops<V>.LoadUpTo(cell + j, here));
                    var before = isFirst ? V.Fill(0) : Loops<V>.LoadUpTo(cell - hidden + j, here);
                    var dh = Loops<V>.LoadUpTo(gradient + j, here);
                    if (!isLast) dh += Loops<V>.LoadUpTo(carriedHidden + j, here);
                    var dc = dh * o * (one - (tanh * tanh));
                    if (!isLast) dc += Loops<V>.LoadUpTo(carriedCell + j, here);
                    Loops<V>.StoreUpTo(dc * g * i * (one - i), target + j, here);
                    Loops<V>.StoreUpTo(dc * before * f * (one - f), target + hidden + j, here);
                    Loops<V>.StoreUpTo(dc * i * (one - (g * g)), target + (2 * hidden) + j, here);
                    Loops<V>.StoreUpTo(dh * tanh * o * (one - o), target + (3 * hidden) + j, here);
                    Loops<V>.StoreUpTo(dc * f, carriedCell + j, here);
                }
            }
        }
    }
}
