using System.Runtime.CompilerServices;
using Takt.Tensors.Threading;

namespace Takt.Tensors.Kernels;

/// <summary>One step of stochastic gradient descent over many parameters, one pass over the memory.</summary>
public static unsafe class SgdUpdate
{
    /// <summary>With g′ = g + decay·w: b = momentum·b + g′; w −= rate·b, or with Nesterov's look ahead w −= rate·(g′ + momentum·b), as torch.optim.SGD.</summary>
    /// <param name="rate">Step length.</param>
    /// <param name="momentum">How much of b stays; 0 for plain descent.</param>
    /// <param name="nesterov">Whether to look ahead (Nesterov 1983).</param>
    /// <param name="decay">Weight decay, in the gradient; 0 for none.</param>
    /// <param name="gradient">g.</param>
    /// <param name="velocity">b, as many; starts as zeros.</param>
    /// <param name="parameters">w, as many.</param>
    public static void Run(float rate, float momentum, bool nesterov, float decay, ReadOnlySpan<float> gradient, Span<float> velocity, Span<float> parameters)
    {
        if (Math.Min(velocity.Length, parameters.Length) < gradient.Length)
            throw new ArgumentException($"{gradient.Length} gradients for {velocity.Length} velocities and {parameters.Length} parameters; expected as many. Give spans of equal length.");
        fixed (float* g = gradient, b = velocity, w = parameters) KernelPath.Run(new Kernel(rate, momentum, nesterov, decay, g, b, w, gradient.Length));
    }

    readonly struct Kernel(float rate, float momentum, bool nesterov, float decay, float* gradient, float* velocity, float* parameters, int count) : IKernel
    {
        public void Run<V>() where V : struct, ILanes<V>
        {
            int parts = EvenParts.Of(2L * count);
            var share = new Share<V>(this, count, parts);
            Workers.Run(parts, ref share);
        }

        readonly struct Share<V>(Kernel all, int count, int parts) : IWork where V : struct, ILanes<V>
        {
            public void Run(int part) => all.Part<V>(EvenParts.Begin(part, parts, count), EvenParts.Begin(part + 1, parts, count));
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        void Part<V>(int from, int end) where V : struct, ILanes<V>
        {
            var step = new Step<V>(V.Fill(momentum), V.Fill(decay), V.Fill(-rate), V.Fill(-rate * momentum), decay != 0, nesterov);
            float* g = gradient, b = velocity, w = parameters;   // beside the fields, which every store might change
            int i = from;
            for (; i <= end - V.Count; i += V.Count)
            {
                V now = V.Load(b + i), weights = V.Load(w + i);
                step.Take(V.Load(g + i), ref now, ref weights);
                now.Store(b + i);
                weights.Store(w + i);
            }

            if (i < end)
            {
                V now = Loops<V>.Load(b + i, end - i), weights = Loops<V>.Load(w + i, end - i);
                step.Take(Loops<V>.Load(g + i, end - i), ref now, ref weights);
                Loops<V>.Store(now, b + i, end - i);
                Loops<V>.Store(weights, w + i, end - i);
            }
        }
    }

    /// <summary>The step of as many weights as a vector has lanes.</summary>
    readonly struct Step<V>(V stay, V pull, V back, V backByMomentum, bool decays, bool nesterov) where V : struct, ILanes<V>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(V g, ref V b, ref V w)
        {
            if (decays) g = V.MultiplyAdd(pull, w, g);
            b = (stay * b) + g;
            if (nesterov) w = V.MultiplyAdd(back, g, w);
            w = V.MultiplyAdd(nesterov ? backByMomentum : back, b, w);
        }
    }
}
