using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>Gated recurrent unit, backward through time: from the last step to the first, the units of the step, then one product that carries the gradient to the step before.</summary>
static unsafe class GruBackward
{
    /// <summary>Computes the gradients of a and s; those of inputs, weights and biases are products of them.</summary>
    /// <param name="sizes">Batch, steps, inputs, hidden.</param>
    /// <param name="hiddenWeight">U packed: [3·hidden, hidden].</param>
    /// <param name="gates">r, z, n of every step, from the forward pass.</param>
    /// <param name="states">s of every step, from the forward pass.</param>
    /// <param name="y">h of every step.</param>
    /// <param name="dy">Its gradient.</param>
    /// <param name="dInput">Target: gradient of a, [batch, steps, 3·hidden].</param>
    /// <param name="dState">Target: gradient of s, [batch, steps, 3·hidden].</param>
    /// <param name="dHidden">Room: [batch, hidden].</param>
    public static void Run(GruSizes sizes, PackedMatrix hiddenWeight, Span<float> gates, Span<float> states, Span<float> y, Span<float> dy, Span<float> dInput, Span<float> dState, Span<float> dHidden)
    {
        var sequences = new Sequences
        {
            Sizes = sizes, Parts = sizes.Parts, HiddenWeight = hiddenWeight, Gates = gates, States = states, Y = y, Dy = dy, DInput = dInput, DState = dState, DHidden = dHidden,
        };
        Workers.Run(sequences.Parts, ref sequences);
    }

    /// <summary>A part of the batch, through all its steps.</summary>
    ref struct Sequences : IWork
    {
        public GruSizes Sizes;
        public int Parts;
        public PackedMatrix HiddenWeight;
        public Span<float> Gates, States, Y, Dy, DInput, DState, DHidden;

        public void Run(int part)
        {
            var (steps, hidden, width) = (Sizes.Steps, Sizes.Hidden, Sizes.Gates);
            int first = (int)((long)Sizes.Batch * part / Parts), count = (int)((long)Sizes.Batch * (part + 1) / Parts) - first;
            Band gates = new(Gates, first, steps, width), states = new(States, first, steps, width), y = new(Y, first, steps, hidden), dy = new(Dy, first, steps, hidden);
            Band dInput = new(DInput, first, steps, width), dState = new(DState, first, steps, width);
            var dHidden = DHidden.Slice(first * hidden, count * hidden);
            dHidden.Clear();
            for (int t = steps - 1; t >= 0; t--)
            {
                fixed (float* g = gates.At(t), s = states.At(t), h = y.At(t), d = dy.At(t), di = dInput.At(t), ds = dState.At(t), dh = dHidden)
                    KernelPath.Run(new StepKernel(g, s, h, d, di, ds, dh, count, hidden, steps, isFirst: t == 0));
                if (t > 0) Gemm.Multiply(dState.Step(t, count), HiddenWeight, new(dHidden, count, hidden), accumulate: true);
            }
        }
    }

    /// <summary>One step of all units. With h = (1 − z)·n + z·h₋₁: dn = dh·(1 − z)·(1 − n²); dz = dh·(h₋₁ − n)·z·(1 − z); dr = dn·sₙ·r·(1 − r). s takes dr, dz and dn·r; h₋₁ directly dh·z.</summary>
    readonly struct StepKernel(float* gates, float* states, float* y, float* dy, float* dInput, float* dState, float* dHidden, int count, int hidden, int steps, bool isFirst) : IKernel
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<V>() where V : struct, ILanes<V>
        {
            nint row = (nint)steps * hidden;
            var one = V.Fill(1);
            for (int sequence = 0; sequence < count; sequence++)
                for (int j = 0; j < hidden; j += V.Count)
                {
                    int here = Math.Min(V.Count, hidden - j);
                    nint wide = (sequence * 3 * row) + j, narrow = (sequence * row) + j;
                    float* carried = dHidden + (sequence * hidden) + j;
                    V r = Loops<V>.LoadUpTo(gates + wide, here), z = Loops<V>.LoadUpTo(gates + wide + hidden, here), n = Loops<V>.LoadUpTo(gates + wide + (2 * hidden), here);
                    var before = isFirst ? V.Fill(0) : Loops<V>.LoadUpTo(y + narrow - hidden, here);
                    var dh = Loops<V>.LoadUpTo(dy + narrow, here) + Loops<V>.LoadUpTo(carried, here);
                    var dn = dh * (one - z) * (one - (n * n));
                    var dz = dh * (before - n) * z * (one - z);
                    var dr = dn * Loops<V>.LoadUpTo(states + wide + (2 * hidden), here) * r * (one - r);
                    Loops<V>.StoreUpTo(dr, dInput + wide, here);
                    Loops<V>.StoreUpTo(dz, dInput + wide + hidden, here);
                    Loops<V>.StoreUpTo(dn, dInput + wide + (2 * hidden), here);
                    Loops<V>.StoreUpTo(dr, dState + wide, here);
                    Loops<V>.StoreUpTo(dz, dState + wide + hidden, here);
                    Loops<V>.StoreUpTo(dn * r, dState + wide + (2 * hidden), here);
                    Loops<V>.StoreUpTo(dh * z, carried, here);
                }
        }
    }
}
